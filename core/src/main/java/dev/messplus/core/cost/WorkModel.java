package dev.messplus.core.cost;

import dev.messplus.core.CallWork;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;

/**
 * What the calls of one model take, learned from those that were metered: joules and seconds at any
 * load ({@link LoadRegression}), lengths of answers, and what fails.
 *
 * <p>It keeps two figures of a request apart. The <em>price</em> is what sending it adds: joules
 * above those of the idle device, at the load that the model would have, and with the failed calls
 * that an answer costs. The <em>charge</em> is what the books will say of the call at the load of
 * now, idle power included.
 */
public final class WorkModel {

    /** Deviations of a normal variable that 1 in 100 exceeds. */
    private static final double SAFE_SIGMAS = 2.33;

    /** Part of its calls that a model may be planned to have in any case: small ones have few. */
    private static final double LEAST_SAFE_SHARE = 0.5;

    /** Bounds of b / a, so that its logarithm is one. */
    private static final double LEAST_RATIO = 1e-3;

    private static final double MAX_RATIO = 10;

    /** Joules to assume before the first measurement; {@code NaN} when nobody knows. */
    public double priorJoules = Double.NaN;

    /** Joules per prompt token to assume beside them; 0 or {@code NaN} for none. */
    public double priorJoulesPerToken;

    /** Joules per completion token to assume beside them; 0 or {@code NaN} for none. */
    public double priorJoulesPerCompletionToken;

    /** Maximum completion tokens of a request that sets none; 0 for no maximum. */
    public int defaultMaxTokens;

    /** Maximum completion tokens that a request can set; 0 for any. */
    public int maxTokensCeiling;

    /** Whether its servers go when there is no work, so that idle power is part of the price. */
    public boolean elastic;

    /** Number of its servers, which share its calls; at least 1. */
    public int servers = 1;

    /** Measurements so far. */
    public long measurements;

    /** Sum of all measured joules, idle power included. */
    public double totalJoules;

    /** Joules of a call above those of the idle devices. */
    public LoadRegression joules = new LoadRegression();

    /** Seconds of a server's time that a call takes: its own over those of its calls in flight. */
    public LoadRegression seconds = new LoadRegression();

    /** Tokens of answers. */
    public AnswerLengths lengths = new AnswerLengths();

    /** Discounted sum of the joules that idle devices would have drawn during the calls. */
    public double idleJoules;

    /** Discounted mean share of prompts' tokens that were in a cache. */
    public double cachedShare;

    /** Calls of the model in flight in the whole job, lately, at least 0. */
    public double concurrency;

    /** The most that may be; 0 while that has not been reached. */
    public double maxConcurrency;

    /** Discounted sum of the joules of failed calls. */
    public double failedJoules;

    /** Discounted number of answers among the same calls. */
    public double answers;

    /** Discounted number of these calls. */
    public double calls;

    /** Failed calls so far. */
    public long failures;

    /** Discounted number of measurements that there was an estimate for. */
    public double errorWeight;

    /** Discounted sum of the absolute errors of those estimates, in joules. */
    public double errorSum;

    /** Discounted sum of the joules of measurements whose uncertainty is known. */
    public double uncertainJoules;

    /** Discounted sum of their uncertainties, in joules. */
    public double uncertaintySum;

    /** b / a of {@link #joules} where its own calls do not say: as for the zoo's other models. */
    private transient double ratio = Priors.BATCHED_SHARE;

    /** The load that it is to have, as calls in flight; {@code NaN} to have it as it is. */
    private transient double planned = Double.NaN;

    /** Expected tokens of an answer of at most {@link #meanOfMost}; {@code NaN} to be computed. */
    private transient double meanTokens = Double.NaN;

    private transient int meanOfMost;

    /** Requests that came before the first measurement, since the state was read. */
    private transient long expected;

    /** Mean of their prompts' tokens. */
    private transient double expectedTokens;

    /** Mean of the maxima that held for them; a typical answer for one without a maximum. */
    private transient double expectedMost;

    /**
     * Notes a request that is about to be estimated: before the first measurement, the mean of
     * those that came is what is typical.
     *
     * @param promptTokens tokens of its prompt
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     */
    public void expect(int promptTokens, int maxTokens) {
        if (measurements == 0) {
            expected++;
            expectedTokens += (promptTokens - expectedTokens) / expected;
            expectedMost += (typicalMost(mostTokens(maxTokens)) - expectedMost) / expected;
        }
    }

    /** Assumes joules before the first measurement, unless something is assumed already. */
    public void assume(double joulesPerAnswer) {
        if (Double.isNaN(typicalPrior())) {
            priorJoules = joulesPerAnswer;
        }
    }

    // What a request takes

    /**
     * Price of a request, in joules.
     *
     * @param promptTokens tokens of its prompt
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double price(int promptTokens, int maxTokens) {
        return measurements == 0
                ? prior(promptTokens, mostTokens(maxTokens)) + failedPerAnswer()
                : price(computed(promptTokens), answerTokens(maxTokens), load());
    }

    /**
     * What the price of a request is made of; {@code null} before the first measurement.
     *
     * @param waiting what it costs to wait for the model, in answers
     */
    public PriceParts priceParts(int promptTokens, int maxTokens, double waiting) {
        if (measurements == 0) {
            return null;
        }
        double p = computed(promptTokens);
        double n = answerTokens(maxTokens);
        return new PriceParts(
                batched(p, 0),
                batched(p, n) - batched(p, 0) + alone(n) * Math.exp(-load() / servers),
                failedPerAnswer(),
                waiting * price(p, n, load()),
                load());
    }

    /** Price of a typical request, in joules; before the first measurement by the prior. */
    public double typicalPrice() {
        return measurements == 0
                ? typicalPrior() + failedPerAnswer()
                : price(joules.meanPromptTokens(), joules.meanAnswerTokens(), load());
    }

    /**
     * What the books are expected to say of a request's call, in joules.
     *
     * @param load calls of the model that are in flight now
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double charge(int promptTokens, int maxTokens, double load) {
        return measurements == 0
                ? prior(promptTokens, mostTokens(maxTokens))
                : charge(computed(promptTokens), answerTokens(maxTokens), part(load / servers));
    }

    /** What the books said of its calls on average, lately, in joules; before that the prior. */
    public double meanCharge() {
        return measurements == 0 ? typicalPrior() : joules.mean() + meanIdle();
    }

    /**
     * What its answers have added on average, lately, with failed calls, in joules; before the
     * first measurement the prior. Unlike the price it does not depend on a plan.
     */
    public double typicalJoules() {
        double mean =
                measurements == 0 ? typicalPrior() : joules.mean() + (elastic ? meanIdle() : 0);
        return mean + failedPerAnswer();
    }

    private double meanIdle() {
        return idleJoules / joules.weight;
    }

    private double load() {
        return Double.isNaN(planned) ? concurrency : planned;
    }

    double price(double p, double n, double load) {
        return batched(p, n) + alone(n) * Math.exp(-load / servers) + failedPerAnswer();
    }

    /** What a request adds to a full batch, in joules. */
    double batched(double p, double n) {
        double[] c = joules.coefficients(ratio);
        return c[0] * p + c[2] * n + (elastic ? idle(p, n, 0) : 0);
    }

    /** What it adds beyond that if it has a server to itself, in joules. */
    double alone(double n) {
        return joules.coefficients(ratio)[1] * n + (elastic ? idle(0, n, 1) - idle(0, n, 0) : 0);
    }

    private double charge(double p, double n, double r) {
        double[] c = joules.coefficients(ratio);
        return c[0] * p + n * (c[1] * r + c[2]) + idle(p, n, r);
    }

    /** Joules that idle devices would have drawn during a call. */
    private double idle(double p, double n, double r) {
        if (seconds.isEmpty()) {
            return meanIdle();
        }
        return seconds.mean() > 0 ? meanIdle() * serverSeconds(p, n, r) / seconds.mean() : 0;
    }

    /** Seconds of a server's time that a call takes where it bears the part {@code r} of a step. */
    double serverSeconds(double p, double n, double r) {
        double[] c = seconds.coefficients(Priors.BATCHED_SECONDS_SHARE);
        return c[0] * p + n * (c[1] * r + c[2]);
    }

    /**
     * What one call is expected to take, in joules, whether it brings an answer or not: less than
     * the price of an answer if many fail.
     */
    public double callJoules(double price) {
        return calls == 0
                ? price
                : answers / calls * (price - failedPerAnswer()) + failedJoules / calls;
    }

    /** Joules of failed calls that an answer costs. */
    double failedPerAnswer() {
        return failedJoules / (answers + 1);
    }

    /**
     * The part of a step that a call has to bear on average if there are {@code load} calls in
     * flight on average, and they come at random: E 1 / (1 + X) for a Poisson variable X.
     */
    static double part(double load) {
        return load < 1e-9 ? 1 : -Math.expm1(-load) / load;
    }

    double computed(double promptTokens) {
        return promptTokens * (1 - cachedShare);
    }

    /** Expected tokens of an answer; 1 where nobody counts them. */
    double answerTokens(int maxTokens) {
        int most = mostTokens(maxTokens);
        if (Double.isNaN(meanTokens) || most != meanOfMost) {
            meanTokens = lengths.weight() > 0 ? lengths.mean(most) : 1;
            meanOfMost = most;
        }
        return meanTokens;
    }

    /** Mean absolute error of the charges that were expected, in joules; {@code NaN} before. */
    public double meanAbsoluteError() {
        return errorSum / errorWeight;
    }

    /** The mean absolute error over the mean charge; {@code NaN} before the first. */
    public double relativeError() {
        return meanCharge() > 0 ? meanAbsoluteError() / meanCharge() : Double.NaN;
    }

    /** The mean uncertainty of measurements over their mean joules; {@code NaN} if not known. */
    public double relativeUncertainty() {
        return uncertaintySum / uncertainJoules;
    }

    // What is learned

    /**
     * Takes in what the answer to a prompt took, of which the features do not matter.
     *
     * @param energy of known joules
     */
    public void observe(Prompt prompt, MeasuredEnergy energy) {
        double estimate = estimate(prompt, energy.work());
        if (!Double.isNaN(estimate)) {
            errorWeight = Priors.ENERGY_FORGETTING * errorWeight + 1;
            errorSum = Priors.ENERGY_FORGETTING * errorSum + Math.abs(estimate - energy.joules());
        }
        learn(prompt, energy, weightOf(energy));
    }

    /** What the call was expected to be charged, at the load that there was. */
    private double estimate(Prompt prompt, CallWork work) {
        if (measurements == 0) {
            return prior(prompt.promptTokens(), mostTokens(prompt.maxTokens()));
        }
        double r = loadPart(work);
        return charge(
                computed(prompt.promptTokens()),
                answerTokens(prompt.maxTokens()),
                Double.isNaN(r) ? part(concurrency / servers) : r);
    }

    /** The part of a step that a call had to bear; {@code NaN} if unknown. */
    private double loadPart(CallWork work) {
        return Math.min(1, servers / work.concurrency());
    }

    /**
     * Learns from a measurement, as {@link #observe} does, but leaves out the error of the
     * estimate.
     *
     * @param w weight of the measurement beside an exact one, from 0 to 1
     */
    public void learn(Prompt prompt, MeasuredEnergy energy, double w) {
        scale(Priors.ENERGY_FORGETTING);
        CallWork work = energy.work();
        measurements++;
        totalJoules += energy.joules();
        idleJoules += w * energy.idleJoules();
        if (!Double.isNaN(energy.uncertaintyJoules())) {
            uncertainJoules += energy.joules();
            uncertaintySum += energy.uncertaintyJoules();
        }
        boolean counted = work.answerTokens() >= 0;
        if (counted) {
            lengths.add(work.answerTokens(), work.truncated(), 1);
            meanTokens = Double.NaN;
        }
        double known = joules.weight + w;
        cachedShare += w / known * (work.cachedShare() - cachedShare);
        double n = counted ? Math.max(1, work.answerTokens()) : answerTokens(prompt.maxTokens());
        double p = prompt.promptTokens() * (1 - work.cachedShare());
        double r = loadPart(work);
        joules.add(
                p,
                n,
                work.fixedJoules() ? Double.NaN : r,
                energy.joules() - energy.idleJoules(),
                w);
        if (work.seconds() * r > 0) {
            seconds.add(p, n, r, work.seconds() * r, w);
        }
        succeeded(1);
    }

    /** A call brought no answer, and took this. */
    public void failed(double joulesOfCall) {
        succeeded(0);
        failures++;
        failedJoules += joulesOfCall;
    }

    /** A call that brought no answer took that much more than was known. */
    public void failedMore(double joulesMore) {
        failedJoules = Math.max(0, failedJoules + joulesMore);
    }

    /**
     * Time has passed: what failed counts less and less, because the model may have recovered, and
     * is hardly called.
     */
    void pass(double secondsPassed) {
        if (failedJoules > 0) {
            failedJoules *= Math.exp(-secondsPassed / Priors.FAILURE_SECONDS);
        }
    }

    private void succeeded(int more) {
        failedJoules *= Priors.FAILURE_FORGETTING;
        answers = Priors.FAILURE_FORGETTING * answers + more;
        calls = Priors.FAILURE_FORGETTING * calls + 1;
    }

    /**
     * Weight of a measurement beside an exact one, at most 1: v / (v + its own variance), where v
     * is the variance around the estimates; 1 while either is unknown. v is that of a normal
     * variable, whose mean absolute error is sqrt(2 / pi) of its deviation.
     */
    public double weightOf(MeasuredEnergy energy) {
        double variance = Math.PI / 2 * meanAbsoluteError() * meanAbsoluteError();
        double own = energy.uncertaintyJoules() / 2;
        double total = variance + own * own;
        return total > 0 ? Math.max(Priors.MIN_MEASUREMENT_WEIGHT, variance / total) : 1;
    }

    /**
     * Takes in what several answers took, none of which there was an estimate for. With k of them,
     * all that was known before loses weight as with k measurements one by one, so this is exact.
     *
     * @param later a model that saw these answers alone
     */
    public void observe(WorkModel later) {
        if (later.measurements + later.failures > 0) {
            double kept = Math.pow(Priors.FAILURE_FORGETTING, later.measurements + later.failures);
            failedJoules *= kept;
            answers *= kept;
            calls *= kept;
            scale(Math.pow(Priors.ENERGY_FORGETTING, (double) later.measurements));
            lengths.scale(Math.pow(Priors.LENGTH_FORGETTING, (double) later.measurements));
            add(later);
        }
    }

    /**
     * Takes in answers of which it is not known whether they came before or after its own: as if
     * they had come in turn, to first order. Together they weigh as much as that number of
     * measurements.
     *
     * @param other a model that saw these answers alone
     */
    public void interleave(WorkModel other) {
        if (other.measurements + other.failures > 0) {
            double apart = discounted(measurements) + discounted(other.measurements);
            add(other);
            scale(apart > 0 ? discounted(measurements) / apart : 1);
        }
    }

    /** Discounted number of measurements that came one after the other. */
    private static double discounted(long measurements) {
        double forgetting = Priors.ENERGY_FORGETTING;
        return (1 - Math.pow(forgetting, measurements)) / (1 - forgetting);
    }

    private void scale(double factor) {
        joules.scale(factor);
        seconds.scale(factor);
        idleJoules *= factor;
        uncertainJoules *= factor;
        uncertaintySum *= factor;
    }

    private void add(WorkModel other) {
        measurements += other.measurements;
        totalJoules += other.totalJoules;
        if (other.joules.weight > 0) {
            double known = joules.weight + other.joules.weight;
            cachedShare += other.joules.weight / known * (other.cachedShare - cachedShare);
        }
        joules.add(other.joules);
        seconds.add(other.seconds);
        lengths.add(other.lengths);
        meanTokens = Double.NaN;
        idleJoules += other.idleJoules;
        uncertainJoules += other.uncertainJoules;
        uncertaintySum += other.uncertaintySum;
        failedJoules += other.failedJoules;
        answers += other.answers;
        calls += other.calls;
        failures += other.failures;
    }

    // The load

    /**
     * The load of the model in the whole job, as it is.
     *
     * @param calls calls in flight, lately
     * @param most the most that may be; 0 while that has not been reached
     */
    public void load(double calls, double most) {
        concurrency = calls;
        maxConcurrency = most;
    }

    /** The load that it is to have; {@code NaN} to have it as it is. */
    void plan(double calls) {
        planned = calls;
    }

    /** Requests per second that its load comes from, by Little's law. */
    double perSecond() {
        if (seconds.isEmpty() || concurrency <= 0) {
            return 0;
        }
        double load = concurrency / servers;
        double each =
                serverSeconds(seconds.meanPromptTokens(), seconds.meanAnswerTokens(), part(load));
        return each > 0 ? servers * -Math.expm1(-load) / each : 0;
    }

    /**
     * Calls in flight beyond which some requests have to wait for a place: requests come at random,
     * so that 1 in 100 finds 2.3 sqrt(n) more than the mean n (square-root staffing: Halfin, Whitt,
     * "Heavy-Traffic Limits for Queues with Many Exponential Servers", 1981). Infinite while the
     * most that may be is not known, or is far from what is in flight: then it may be what the
     * server could do long ago.
     */
    double safeConcurrency() {
        return maxConcurrency > 0 && concurrency >= LEAST_SAFE_SHARE * maxConcurrency
                ? Math.max(
                        LEAST_SAFE_SHARE * maxConcurrency,
                        maxConcurrency - SAFE_SIGMAS * Math.sqrt(maxConcurrency))
                : Double.POSITIVE_INFINITY;
    }

    /**
     * Seconds of the model's time that a request takes where its servers are that full; 0 while it
     * is not known how full they may be.
     */
    double safeSeconds(int promptTokens, int maxTokens) {
        double most = safeConcurrency();
        return seconds.isEmpty() || most == Double.POSITIVE_INFINITY
                ? 0
                : serverSeconds(
                                computed(promptTokens),
                                answerTokens(maxTokens),
                                Math.min(1, servers / most))
                        / servers;
    }

    /** How long a typical call takes at the load of now, in seconds; 0 if unknown. */
    double callSeconds() {
        return seconds.isEmpty() ? 0 : seconds.mean() / (seconds.loadSum / seconds.loadWeight);
    }

    /** Assumes b / a where its own calls do not say. */
    void ratio(double ofOthers) {
        ratio = ofOthers;
    }

    /** b / a, from a thousandth to ten; {@code NaN} if both are 0. */
    double ratio() {
        double[] c = joules.coefficients(ratio);
        return c[1] + c[2] > 0
                ? Math.max(LEAST_RATIO, Math.min(c[2] / c[1], MAX_RATIO))
                : Double.NaN;
    }

    // Before data

    private double typicalPrior() {
        return expected == 0
                ? prior(Priors.TYPICAL_PROMPT_TOKENS, mostTokens(0))
                : prior(expectedTokens, expectedMost);
    }

    /** The maximum that holds for a request with the maximum {@code asked}; 0 for none. */
    private int mostTokens(int asked) {
        int most = asked > 0 ? asked : defaultMaxTokens;
        return maxTokensCeiling > 0 && (most == 0 || most > maxTokensCeiling)
                ? maxTokensCeiling
                : most;
    }

    /** Completion tokens to expect of a request with this maximum, or 0 for none. */
    private static double typicalMost(double maxTokens) {
        int typical = Priors.TYPICAL_COMPLETION_TOKENS;
        return maxTokens > 0 ? Math.min(maxTokens, typical) : typical;
    }

    private double prior(double promptTokens, double maxTokens) {
        double perTokens = 0;
        if (priorJoulesPerToken > 0) {
            perTokens += priorJoulesPerToken * promptTokens;
        }
        if (priorJoulesPerCompletionToken > 0) {
            perTokens += priorJoulesPerCompletionToken * typicalMost(maxTokens);
        }
        return perTokens > 0 && Double.isNaN(priorJoules) ? perTokens : priorJoules + perTokens;
    }
}
