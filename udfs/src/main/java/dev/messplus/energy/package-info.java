/**
 * What an answer costs in joules. {@link dev.messplus.energy.EnergyConfig} says how one model's
 * energy is told, {@link dev.messplus.energy.EnergyMeter} tells it. A figure that cannot be told is
 * {@code NaN}, never 0: nothing learns that an answer was free because a server kept silent.
 */
package dev.messplus.energy;
