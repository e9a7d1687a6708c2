package dev.messplus.energy;

/**
 * The account of one device. The five figures in joules add up to what the device's counter has
 * moved since it was opened, as of its last step.
 *
 * <p>{@code otherClientsJoules} and {@code unmeteredJoules} never decrease. {@code idleJoules}
 * decreases when energy booked as idle turns out to be that of other clients, {@code
 * attributedJoules} when a call on several devices ends and one of them could not be read.
 */
public interface EnergyAccount {

    /** Name of the device, e.g. {@code nvml:0}. */
    String device();

    /** Energy that finished calls were charged, in joules, as far as the counter has shown it. */
    double attributedJoules();

    /** Energy of calls in flight, and of those that the counter has not moved since, in joules. */
    double inFlightJoules();

    /** Energy used while no call was in flight, in joules. */
    double idleJoules();

    /**
     * Energy used by other clients of the model servers, in joules; 0 unless tokens are counted.
     */
    double otherClientsJoules();

    /** Energy used while the device could not be read, in joules, as far as it is known. */
    double unmeteredJoules();

    /** Smoothed power, in watts; {@code NaN} while it is not known. */
    double watts();

    /** Power without any call, in watts, as it was learned; {@code NaN} while it is not known. */
    double idleWatts();

    /**
     * Time between two movements of the counter that were seen, in milliseconds, smoothed; {@code
     * NaN} while it is not known.
     */
    double counterPeriodMillis();

    /**
     * By how much calls were charged more per token than the device used for all tokens that its
     * model servers counted, in the last hour or, before its end, since the start: 0.1 means 10%
     * more, and negative that they were charged less. {@code NaN} unless tokens are counted. Far
     * from 0, the pages of token counters are not those of the servers on the device.
     */
    double joulesPerTokenDrift();

    /** How often the counter fell, or rose by more than a device can use. */
    long counterResets();

    /** Whether the device is being metered now. */
    boolean available();
}
