package dev.messplus.replay.policy;

/** How long it takes until something is known of a request, counted in further requests. */
public enum Delay {
    /** As long for every request. */
    FIXED,
    /** Drawn for every request from an exponential distribution. */
    RANDOM;

    /**
     * The delay that a share of all requests stay below, in units of the mean delay.
     *
     * @param share in [0, 1)
     */
    double quantile(double share) {
        return this == FIXED ? 1 : -Math.log1p(-share);
    }
}
