package dev.messplus.core.cost;

/** How many calls the servers of a model have, may have, and are to have. */
public final class ServerLoad {

    /** Deviations of a normal variable that 1 in 100 exceeds. */
    private static final double SAFE_SIGMAS = 2.33;

    /** Part of its calls that a model may be planned to have in any case: small ones have few. */
    private static final double LEAST_SAFE_SHARE = 0.5;

    /** Number of servers, which share the calls; at least 1. */
    public int servers = 1;

    /** Calls of the model in flight in the whole job, lately, at least 0. */
    public double concurrency;

    /** The most that may be; 0 while that has not been reached. */
    public double maxConcurrency;

    /** Calls that it is to have; {@code NaN} to have them as they are. */
    private transient double planned = Double.NaN;

    /**
     * The load of the model in the whole job, as it is.
     *
     * @param calls calls in flight, lately
     * @param most the most that may be; 0 while that has not been reached
     */
    public void observe(double calls, double most) {
        concurrency = calls;
        maxConcurrency = most;
    }

    /** The load that it is to have; {@code NaN} to have it as it is. */
    void plan(double calls) {
        planned = calls;
    }

    /** Calls in flight that prices are for. */
    double planned() {
        return Double.isNaN(planned) ? concurrency : planned;
    }

    /**
     * Calls in flight on average beyond which some requests have to wait for a place, because
     * requests come at random: 1 in 100 finds 2.3 deviations more than the mean (square-root
     * staffing: Halfin, Whitt, "Heavy-Traffic Limits for Queues with Many Exponential Servers",
     * 1981). Calls that take longer the more there are vary more: of n calls, the variance is n
     * times what a call takes then over what it takes alone. Infinite while the most that may be is
     * not known.
     *
     * @param slower how much longer a call takes for each other one, over what it takes alone, from
     *     0 to 1
     */
    double safe(double slower) {
        if (maxConcurrency <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        // n + z sqrt(n (1 + slower (n - 1))) = most
        double z = SAFE_SIGMAS * SAFE_SIGMAS;
        double b = 2 * maxConcurrency + z * (1 - slower);
        double c = 4 * (1 - z * slower) * maxConcurrency * maxConcurrency;
        double safe = 2 * maxConcurrency * maxConcurrency / (b + Math.sqrt(b * b - c));
        return Math.max(LEAST_SAFE_SHARE * maxConcurrency, safe);
    }

    /**
     * The part of a step that a call bears beside so many calls of the model; {@code NaN} if
     * unknown.
     */
    double partBeside(double calls) {
        return Math.min(1, servers / calls);
    }

    /**
     * The part of a step that a call has to bear on average if the model has {@code load} calls on
     * average, and they come at random: E 1 / (1 + X) for a Poisson variable X.
     */
    double part(double load) {
        double each = load / servers;
        return each < 1e-9 ? 1 : -Math.expm1(-each) / each;
    }

    /** The probability that a call finds its server without another one: e^-load. */
    double alone(double load) {
        return Math.exp(-load / servers);
    }
}
