package dev.messplus.replay.policy;

import dev.messplus.core.Sla;

/**
 * The sliding window over which an SLA promises its average score.
 *
 * @param requests its length, at least 1
 * @param tolerance how far below alpha the mean score of a window may be, in [0, 1]
 */
public record SlaWindow(int requests, double tolerance) {

    /** Allows for the rounding of a sum of scores. */
    private static final double ROUNDING = 1e-9;

    static SlaWindow of(Sla sla) {
        return new SlaWindow(sla.window(), sla.tolerance());
    }

    /** What its figures mean, as a note below a table. */
    public String note() {
        return "SLA window met: share of runs in which the mean score of any %,d requests in a row is at most %s below alpha. worst SLA window: less alpha, mean (least) over seeds."
                .formatted(requests, tolerance);
    }

    /**
     * Whether the promise is kept.
     *
     * @param leastMean least mean score of any full window
     */
    public boolean isMet(double leastMean, double alpha) {
        return leastMean >= alpha - tolerance - ROUNDING;
    }
}
