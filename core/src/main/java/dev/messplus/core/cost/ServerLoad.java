package dev.messplus.core.cost;

import dev.messplus.core.Priors;

/** How many calls the servers of a model have, may have, and are to have. */
public final class ServerLoad {

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
     * Seconds of a server's time that a call takes where it bears the part {@code r} of a step.
     *
     * @param seconds what is known of the model's calls
     * @param p tokens of its prompt that are computed
     * @param n tokens of its answer
     */
    static double seconds(LoadRegression seconds, double p, double n, double r) {
        double[] c = seconds.coefficients(Priors.BATCHED_SECONDS_SHARE);
        return c[0] * p + n * (c[1] * r + c[2]);
    }

    private static double typicalSeconds(LoadRegression seconds, double r) {
        return seconds(seconds, seconds.meanPromptTokens(), seconds.meanAnswerTokens(), r);
    }

    /** Requests per second that the load comes from, by Little's law. */
    double perSecond(LoadRegression seconds) {
        if (seconds.isEmpty() || concurrency <= 0) {
            return 0;
        }
        double each = typicalSeconds(seconds, part(concurrency));
        return each > 0 ? servers * (1 - alone(concurrency)) / each : 0;
    }

    /**
     * Requests per second that the model may be asked for. A model that is full does what it can,
     * and the rest waits unseen: it is taken to be asked for as much more as it has more calls than
     * it may be planned to have.
     */
    double askedPerSecond(LoadRegression seconds) {
        return perSecond(seconds) * Math.max(1, concurrency / safe(seconds));
    }

    /**
     * Calls in flight on average beyond which some requests have to wait for a place, because
     * requests come at random: 1 in 100 finds {@link Priors#SAFE_SIGMAS} deviations more than the
     * mean (square-root staffing: Halfin, Whitt, "Heavy-Traffic Limits for Queues with Many
     * Exponential Servers", 1981). Calls that take longer the more there are vary more: of n calls,
     * the variance is n times what a call takes then over what it takes alone. Infinite while the
     * most that may be is not known.
     */
    double safe(LoadRegression seconds) {
        if (maxConcurrency <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double slower = slower(seconds);
        // n + z sqrt(n (1 + slower (n - 1))) = most
        double z = Priors.SAFE_SIGMAS * Priors.SAFE_SIGMAS;
        double b = 2 * maxConcurrency + z * (1 - slower);
        double c = 4 * (1 - z * slower) * maxConcurrency * maxConcurrency;
        double safe = 2 * maxConcurrency * maxConcurrency / (b + Math.sqrt(b * b - c));
        return Math.max(Priors.LEAST_SAFE_SHARE * maxConcurrency, safe);
    }

    /** How much longer a call takes for each other one, over what it takes alone, from 0 to 1. */
    private double slower(LoadRegression seconds) {
        double alone = seconds.isEmpty() ? 0 : typicalSeconds(seconds, 1);
        return alone > 0 ? typicalSeconds(seconds, 0) / alone / servers : 0;
    }

    /**
     * Seconds of the model's time that a request takes where its servers are as full as they may be
     * planned to be, or as they are if they are fuller; 0 while it is not known how full that is.
     * By Little's law, a model that is behind has more calls in flight than that.
     */
    double safeSeconds(LoadRegression seconds, double p, double n) {
        double most = safe(seconds);
        if (most == Double.POSITIVE_INFINITY) {
            return 0;
        }
        double r = Math.min(servers / most, seconds.meanPart());
        return seconds(seconds, p, n, r) / r / most;
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
