package dev.messplus.replay.policy;

/** How long it takes until something is told of a request, counted in further requests. */
public enum Delay {
    /** As long for every request. */
    FIXED {
        @Override
        double quantile(double share) {
            return 1;
        }
    },
    /** Drawn for every request from an exponential distribution. */
    RANDOM {
        @Override
        double quantile(double share) {
            return -Math.log1p(-share);
        }
    };

    /**
     * The delay that a share of all requests stay below, in units of the mean delay.
     *
     * @param share in [0, 1)
     */
    abstract double quantile(double share);
}
