/**
 * Counters outside this JVM: what a device or a model server has used, in microjoules, read through
 * NVML, a DCGM exporter, or Linux powercap, /proc and control groups; and what a model server has
 * processed, in tokens, read from its Prometheus page. {@link
 * dev.messplus.energy.counter.EnergyCounters} opens the devices that a configuration names. Reading
 * a counter may block, so only threads that may wait do it.
 */
package dev.messplus.energy.counter;
