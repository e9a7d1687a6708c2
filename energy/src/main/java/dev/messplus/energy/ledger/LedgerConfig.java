package dev.messplus.energy.ledger;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a ledger has to know of a device and its counter.
 *
 * @param device name of the device, e.g. {@code nvml:0}
 * @param rangeMicrojoules value at which the counter wraps around to 0, above 0; {@link
 *     Long#MAX_VALUE} for never
 * @param attribution how the device's energy is split over calls
 * @param idlePolicy who pays for the device's idle power
 * @param continuous whether the counter moves much more often than it is read, so that a reading is
 *     as good as new
 * @param patienceNanos after so long without a reading, or without a reading that differs from the
 *     one before, the device counts as lost; at least 0
 * @param stillNanos how long readings may stay the same as long as the counter's period is not
 *     known, if that is longer than {@code patienceNanos}; at least 0. {@link Long#MAX_VALUE} if
 *     they may stay the same forever
 */
@RecordBuilder
public record LedgerConfig(
        String device,
        long rangeMicrojoules,
        Attribution attribution,
        IdlePolicy idlePolicy,
        boolean continuous,
        long patienceNanos,
        long stillNanos) {

    /** Whether the counter of a working device may never move. */
    boolean mayStandStill() {
        return stillNanos == Long.MAX_VALUE;
    }
}
