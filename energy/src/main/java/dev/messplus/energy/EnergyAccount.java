package dev.messplus.energy;

/**
 * The books of one device. What the counter moved since it was opened is the sum of the five
 * figures in joules. Each only ever rises, but {@code inFlightJoules}, what {@code idleJoules}
 * gives up when others are found to have caused it, and what {@code attributedJoules} gives up when
 * a call on several devices ends that one of them cannot tell.
 */
public interface EnergyAccount {

    /** Names the device: {@code nvml:0}. */
    String device();

    /** What finished calls were charged, in joules. */
    double attributedJoules();

    /** What calls in flight have taken so far, in joules. */
    double inFlightJoules();

    /** What was used while no call was in flight, in joules. */
    double idleJoules();

    /** What other clients of the model servers caused, in joules; 0 unless tokens are counted. */
    double otherClientsJoules();

    /** What was used while the device could not be read, in joules, as far as it is known. */
    double unmeteredJoules();

    /** Mean power of late, in watts; {@code NaN} while it is not known. */
    double watts();

    /** Times that the counter fell back or leapt. */
    long counterResets();

    /** Whether the device can be read. */
    boolean available();
}
