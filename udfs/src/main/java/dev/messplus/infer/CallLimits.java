package dev.messplus.infer;

import java.io.Serializable;

/**
 * Limits on the calls to one model.
 *
 * @param maxInFlight calls at a time, of all subtasks together, at least 1; further calls wait
 * @param callsPerSecond calls that one subtask may begin per second, at least 1; 0 for no limit
 * @param hedgeAfterMillis how long to wait for an answer before a second call is made for the same
 *     request, in milliseconds; 0 for no second call. The first answer is taken, the other call is
 *     canceled and its energy counts as failed
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

    /** Limits the calls in flight only, without hedging. */
    public static CallLimits inFlight(int maxInFlight) {
        return new CallLimits(maxInFlight, 0, 0);
    }

    /**
     * The limits of one of several subtasks, each of which makes at least one call at a time.
     *
     * @param subtask its number, from 0
     */
    CallLimits ofSubtask(int subtask, int subtasks) {
        return new CallLimits(
                share(maxInFlight, subtask, subtasks), callsPerSecond, hedgeAfterMillis);
    }

    /**
     * The share of one of several subtasks in a total, at least 1. The shares add up to the total,
     * unless it is smaller than the number of subtasks.
     */
    static int share(int total, int subtask, int subtasks) {
        return Math.max(1, total / subtasks + (subtask < total % subtasks ? 1 : 0));
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
