package dev.messplus.inference;

import java.io.Serializable;

/**
 * How hard one subtask may press one server.
 *
 * @param maxInFlight calls at a time, at least 1; further ones wait in line, within their deadline
 * @param callsPerSecond calls that may begin in a second, at least 1; 0 for no limit
 * @param hedgeAfterMillis how long to wait for an answer before the same is asked a second time, in
 *     milliseconds; whichever answers first is taken, the other is cancelled, and its energy is
 *     booked as lost. 0 for never
 */
public record CallLimits(int maxInFlight, int callsPerSecond, long hedgeAfterMillis)
        implements Serializable {

    public CallLimits {
        require(maxInFlight >= 1, "maxInFlight: must be at least 1, was " + maxInFlight);
        require(callsPerSecond >= 0, "callsPerSecond: must be at least 0, was " + callsPerSecond);
        require(
                hedgeAfterMillis >= 0,
                "hedgeAfterMillis: must be at least 0, was " + hedgeAfterMillis);
    }

    /** No limit but on the calls in flight, and no second call. */
    public static CallLimits inFlight(int maxInFlight) {
        return new CallLimits(maxInFlight, 0, 0);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
