/**
 * The energy of one model's answers, in joules. {@link dev.messplus.energy.EnergyConfig} says where
 * a model's energy figures come from; {@link dev.messplus.energy.EnergyMeter} turns the begin and
 * the end of a call into an {@link dev.messplus.energy.EnergyReading}. A figure that is not known
 * is {@code NaN}, never 0, so that a server that reports nothing does not look free.
 *
 * <p>This package holds what callers see. {@code energy.meter} opens meters, {@code energy.counter}
 * reads devices and model servers, {@code energy.ledger} splits a device's energy over its calls.
 */
package dev.messplus.energy;
