/**
 * MESS+: energy-optimal choice of a model under a quality SLA. Requests come in as prompts, and
 * decisions go out; what becomes known of answers comes in as observations. Pure Java: no I/O, no
 * clock, no dependency but java.base.
 *
 * <p>Notation follows the paper (Zhang, Woisetschlaeger, Wang, Jacobsen: "MESS+: Energy-Optimal
 * Inferencing in Language Model Zoos with Service Level Guarantees", 2024; arXiv 2505.19947): for
 * request t, model m answers with accuracy A<sub>m</sub>(t) in [0, 1] at E<sub>m</sub>(t) joules; Q
 * is the virtual queue, V the weight of energy against it, and p<sub>t</sub> the probability of
 * exploring. {@link dev.messplus.core.PaperRule} is the published algorithm, {@link
 * dev.messplus.core.StreamRule} the one for a stream; {@link dev.messplus.core.MessPlus} runs
 * either over its state.
 *
 * <p>The state classes are plain beans with public fields and a public no-argument constructor, so
 * that whoever runs the algorithm can store them as they are, Flink state included.
 */
package dev.messplus.core;
