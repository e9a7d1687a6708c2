/**
 * MESS+: energy-optimal model choice under a quality SLA. Pure Java, no Flink, no I/O, no clock.
 *
 * <p>Notation follows the paper (Zhang, Woisetschlaeger, Wang, Jacobsen: "MESS+: Energy-Optimal
 * Inferencing in Language Model Zoos with Service Level Guarantees", 2024; arXiv 2505.19947): for
 * request t, model m answers with accuracy A<sub>m</sub>(t) in [0, 1] at E<sub>m</sub>(t) joules; Q
 * is the virtual queue, V the weight of energy against it, and p<sub>t</sub> the probability of
 * exploring. {@link dev.messplus.core.MessPlus} is the algorithm; the other classes are its parts.
 *
 * <p>The mutable classes are plain beans with public fields and a public no-argument constructor,
 * so that whoever runs the algorithm can store them as they are, Flink state included.
 */
package dev.messplus.core;
