package dev.messplus.core;

import java.io.Serializable;

/**
 * How {@link StreamRule} asks models beyond those whose answers it expects to serve.
 *
 * @param rate c of p_t = max(floor, min(1, c / t^(1/3))), at least 0: the draws that ask every
 *     model
 * @param floor the least p_t, in [0, 1]; above 0 where traffic drifts
 * @param budget share of all other energy that asking a second model may add, at least 0
 * @param warmUpRequests requests that every model but the most expensive is asked at first, at
 *     least 0
 */
public record ExplorationConfig(double rate, double floor, double budget, int warmUpRequests)
        implements Serializable {

    public ExplorationConfig {
        Checks.amount("explorationRate", rate);
        Checks.share("explorationFloor", floor);
        Checks.amount("explorationBudget", budget);
        Checks.atLeast(0, "warmUpRequests", warmUpRequests);
    }

    /**
     * The exploration probability p_t.
     *
     * @param t number of the request, from 1
     */
    public double probability(long t) {
        return Math.max(floor, Math.min(1, rate / Math.cbrt((double) t)));
    }
}
