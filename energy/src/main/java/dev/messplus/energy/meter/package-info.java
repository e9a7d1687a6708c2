/**
 * Meters: {@link dev.messplus.energy.meter.EnergyMeters} opens the one that a configuration asks
 * for. A meter either reads devices, through counters into a ledger that all models on a device
 * share, or relies on what the model server reports. Begins and ends of calls flow in, joules per
 * call and accounts of devices flow out.
 */
package dev.messplus.energy.meter;
