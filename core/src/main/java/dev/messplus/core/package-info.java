/**
 * MESS+: energy-optimal choice of a model under a quality SLA. Requests come in as prompts, and
 * decisions go out; what becomes known of answers comes in as observations. Pure Java: no I/O, no
 * clock, no dependency but java.base.
 *
 * <p>Notation follows the paper (Zhang, Woisetschlaeger, Wang, Jacobsen: "MESS+: Energy-Optimal
 * Inferencing in Language Model Zoos with Service Level Guarantees", 2024; arXiv 2505.19947): for
 * request t, model m answers with accuracy A<sub>m</sub>(t) in [0, 1] at E<sub>m</sub>(t) joules; Q
 * is the virtual queue, V the weight of energy against it, and p<sub>t</sub> the probability of
 * exploring. On a stream, lambda is the price of quality, which stands for Q / V, D the drift of
 * requests in flight, and P the pressure. The unit of Q, D and P is requests: 1 is an answer of
 * score 0 where 1 was owed.
 *
 * <p>This package has the terms that all others share: the SLA, prompts, decisions, observations,
 * and the constants. No class of {@code core} is in a cycle, and packages depend on each other in
 * this order:
 *
 * <pre>
 *   algorithm                 what a job calls: {@link dev.messplus.core.algorithm.MessPlus}
 *   paper, stream             the rules: {@link dev.messplus.core.paper.PaperRule} as published,
 *                             {@link dev.messplus.core.stream.StreamRule} for a stream
 *   account                   what was promised and what became of it: Q, labels, joules
 *   zoo                       the models and what is known of them
 *   shard                     what shards learn of each other
 *   belief, cost              what is forecast of a model: accuracy, joules
 *   dev.messplus.core         terms and constants
 * </pre>
 *
 * <p>The state classes are plain beans with public fields and a public no-argument constructor, so
 * that whoever runs the algorithm can store them as they are, Flink state included.
 */
package dev.messplus.core;
