/**
 * What an answer costs in joules, and whom a device's joules are charged to. {@link
 * dev.messplus.energy.EnergyConfig} says where one model's energy comes from, {@link
 * dev.messplus.energy.EnergyMeter} tells it, call by call. Under a meter that reads devices, from
 * the outside in:
 *
 * <ul>
 *   <li>{@code Device}: one for all who meter it, with the thread that reads it
 *   <li>{@code EnergyLedger}: its books, {@code Split}: how calls share it
 *   <li>{@code EnergyClock}: its energy at any moment, out of a counter that is read now and then
 *   <li>{@code EnergyCounter}: the counter itself: NVML, DCGM, RAPL
 * </ul>
 *
 * <p>Whoever asks models never waits for a device. A figure that cannot be told is {@code NaN},
 * never 0: nothing learns that an answer was free because a server kept silent.
 */
package dev.messplus.energy;
