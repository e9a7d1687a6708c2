package dev.messplus.infer.config;

import dev.messplus.setting.Check;
import java.io.Serializable;

/**
 * Limits on the calls to one model.
 *
 * @param maxInFlight calls at a time, of all subtasks together, at least 1; further calls wait
 * @param learned whether the number of calls at a time is learned, up to {@code maxInFlight}
 * @param callsPerSecond attempts that may begin per second, of all subtasks together, at least 1; 0
 *     for no limit
 * @param hedgeAfterMillis how long to wait for an answer before a second call is made for the same
 *     request, in milliseconds; 0 for no second call. The first answer is taken, the other call is
 *     canceled and its energy counts as failed
 */
public record CallLimits(
        int maxInFlight, boolean learned, int callsPerSecond, long hedgeAfterMillis)
        implements Serializable {

    /** Limits that are fixed. */
    public CallLimits(int maxInFlight, int callsPerSecond, long hedgeAfterMillis) {
        this(maxInFlight, false, callsPerSecond, hedgeAfterMillis);
    }

    public CallLimits {
        Check.that(maxInFlight >= 1, "maxInFlight: must be at least 1, was " + maxInFlight);
        Check.that(
                callsPerSecond >= 0, "callsPerSecond: must be at least 0, was " + callsPerSecond);
        Check.that(
                hedgeAfterMillis >= 0,
                "hedgeAfterMillis: must be at least 0, was " + hedgeAfterMillis);
    }
}
