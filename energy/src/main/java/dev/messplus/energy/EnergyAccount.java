package dev.messplus.energy;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * The account of one device at a moment. The five figures in joules add up to what the device's
 * counter has moved since it was opened, as of its last step.
 *
 * <p>{@code otherClientsJoules} and {@code unmeteredJoules} never decrease. {@code idleJoules}
 * decreases when energy booked as idle turns out to be that of other clients, {@code
 * attributedJoules} when a call on several devices ends and one of them could not be read.
 *
 * @param device name of the device, e.g. {@code nvml:0}
 * @param available whether the device is being metered
 * @param attributedJoules energy that finished calls were charged, in joules, as far as the counter
 *     has shown it
 * @param inFlightJoules energy of calls in flight, and of those that the counter has not moved
 *     since, in joules
 * @param idleJoules energy used while no call was in flight, in joules
 * @param otherClientsJoules energy used by calls of other JVMs, and, if tokens are counted, by
 *     other clients of the model servers, in joules
 * @param unmeteredJoules energy used while the device could not be read, in joules, as far as it is
 *     known
 * @param watts smoothed power, in watts; {@code NaN} while it is not known
 * @param idleWatts power without any call, in watts, as it was learned; {@code NaN} while it is not
 *     known
 * @param counterPeriodMillis time between two movements of the counter that were seen, in
 *     milliseconds, smoothed; {@code NaN} while it is not known
 * @param joulesPerTokenDrift by how much calls were charged more per token than the device used for
 *     all tokens that its model servers counted, in the last hour or, before its end, since the
 *     start: 0.1 means 10% more, and negative that they were charged less. {@code NaN} unless
 *     tokens are counted. Far from 0, the pages of token counters are not those of the servers on
 *     the device
 * @param counterResets how often the counter fell, or rose by more than a device can use
 */
@RecordBuilder
public record EnergyAccount(
        String device,
        boolean available,
        double attributedJoules,
        double inFlightJoules,
        double idleJoules,
        double otherClientsJoules,
        double unmeteredJoules,
        double watts,
        double idleWatts,
        double counterPeriodMillis,
        double joulesPerTokenDrift,
        long counterResets) {}
