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

    /** What to assume before the first measurement. */
    public PriorJoules prior = new PriorJoules();

    /** Maximum completion tokens of a request that sets none; 0 for no maximum. */
    public int defaultMaxTokens;

    /** Maximum completion tokens that a request can set; 0 for any. */
    public int maxTokensCeiling;

    /** Whether its servers go when there is no work, so that idle power is part of the price. */
    public boolean elastic;

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

    /** Tokens of prompts that it does not compute. */
    public PrefixCache cache = new PrefixCache();

    /** Logarithm of b / a of {@link #joules} when its calls said something about it. */
    public double batchedLog;

    /** How well it was known then, and counts now, from 0 to 1. */
    public double batchedKnown;

    /** {@link #measurements} when it was remembered last. */
    private transient long rememberedAt;

    /** Calls in flight: those of all SLAs, see {@link FleetPlan}. They are known anew soon. */
    public transient ServerLoad load = new ServerLoad();

    /** Calls that bring no answer. */
    public FailedWork failures = new FailedWork();

    /** How far its charges are off. */
    public EstimateErrors errors = new EstimateErrors();

    /** b / a of {@link #joules} where its last calls do not say. */
    private transient double ratio = Priors.BATCHED_SHARE;

    /** Expected tokens of an answer of at most {@link #meanOfMost}; {@code NaN} to be computed. */
    private transient double meanTokens = Double.NaN;

    private transient int meanOfMost;

    // What a request takes

    /**
     * Notes a request that is about to be estimated: before the first measurement, the mean of
     * those that came is what is typical.
     *
     * @param promptTokens tokens of its prompt
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     */
    public void expect(int promptTokens, int maxTokens) {
        if (measurements == 0) {
            prior.expect(promptTokens, mostTokens(maxTokens));
        }
    }

    /** Assumes joules before the first measurement, unless something is assumed already. */
    public void assume(double joulesPerAnswer) {
        if (Double.isNaN(prior.typical(mostTokens(0)))) {
            prior.perAnswer = joulesPerAnswer;
        }
    }

    /**
     * Price of a request, in joules.
     *
     * @param promptTokens tokens of its prompt
     * @param prefixTokens those of them that the model has computed for the turn before
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double price(int promptTokens, int prefixTokens, int maxTokens) {
        return measurements == 0
                ? prior.of(promptTokens, mostTokens(maxTokens)) + failures.perAnswer()
                : price(cache.computed(promptTokens, prefixTokens), answerTokens(maxTokens));
    }

    private double price(double p, double n) {
        return batched(p, n) + alone(n) * load.alone(load.planned()) + failures.perAnswer();
    }

    /**
     * What the {@link #price} of a request is made of; {@code null} before the first measurement.
     *
     * @param waiting what it costs to wait for the model, in answers
     */
    public PriceParts priceParts(
            int promptTokens, int prefixTokens, int maxTokens, double waiting) {
        if (measurements == 0) {
            return null;
        }
        double p = cache.computed(promptTokens, prefixTokens);
        double n = answerTokens(maxTokens);
        double prefill = batched(p, 0);
        return new PriceParts(
                prefill,
                price(p, n) - prefill - failures.perAnswer(),
                failures.perAnswer(),
                waiting * price(p, n),
                load.planned());
    }

    /** Price of a typical request, in joules; before the first measurement by the prior. */
    public double typicalPrice() {
        return measurements == 0
                ? prior.typical(mostTokens(0)) + failures.perAnswer()
                : price(joules.meanPromptTokens(), joules.meanAnswerTokens());
    }

    /**
     * What the books are expected to say of a request's call, in joules.
     *
     * @param calls of the model that are in flight now
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double charge(int promptTokens, int prefixTokens, int maxTokens, double calls) {
        return measurements == 0
                ? prior.of(promptTokens, mostTokens(maxTokens))
                : charge(
                        cache.computed(promptTokens, prefixTokens),
                        answerTokens(maxTokens),
                        load.part(calls));
    }

    private double charge(double p, double n, double r) {
        double[] c = joules.coefficients(ratio);
        return c[0] * p + n * (c[1] * r + c[2]) + idle(p, n, r);
    }

    /** What the books said of its calls on average, lately, in joules; before that the prior. */
    public double meanCharge() {
        return measurements == 0 ? prior.typical(mostTokens(0)) : joules.mean() + meanIdle();
    }

    /**
     * What its answers have added on average, lately, with failed calls, in joules; before the
     * first measurement the prior. Unlike the price it does not depend on a plan.
     */
    public double typicalJoules() {
        double mean =
                measurements == 0
                        ? prior.typical(mostTokens(0))
                        : joules.mean() + (elastic ? meanIdle() : 0);
        return mean + failures.perAnswer();
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

    /** Joules that idle devices would have drawn during a call. */
    private double idle(double p, double n, double r) {
        if (seconds.isEmpty()) {
            return meanIdle();
        }
        return seconds.mean() > 0
                ? meanIdle() * ServerLoad.seconds(seconds, p, n, r) / seconds.mean()
                : 0;
    }

    private double meanIdle() {
        return idleJoules / joules.weight;
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

    /** The maximum that holds for a request with the maximum {@code asked}; 0 for none. */
    private int mostTokens(int asked) {
        int most = asked > 0 ? asked : defaultMaxTokens;
        return maxTokensCeiling > 0 && (most == 0 || most > maxTokensCeiling)
                ? maxTokensCeiling
                : most;
    }

    /** The mean absolute error of its estimates over the mean charge; {@code NaN} if not known. */
    public double relativeError() {
        return meanCharge() > 0 ? errors.mean() / meanCharge() : Double.NaN;
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
            errors.add(estimate - energy.joules());
        }
        learn(prompt, energy, weightOf(energy));
    }

    /** What the call was expected to be charged, at the load that there was. */
    private double estimate(Prompt prompt, CallWork work) {
        if (measurements == 0) {
            return prior.of(prompt.promptTokens(), mostTokens(prompt.maxTokens()));
        }
        double r = 1 / work.concurrency();
        return charge(
                cache.computed(
                        prompt.promptTokens(), work.cached().prefixShare() * prompt.promptTokens()),
                answerTokens(prompt.maxTokens()),
                Double.isNaN(r) ? load.part(load.concurrency) : r);
    }

    /** {@link EstimateErrors#weightOf}. */
    public double weightOf(MeasuredEnergy energy) {
        return errors.weightOf(energy);
    }

    /**
     * Learns from a measurement, as {@link #observe} does, but leaves out the error of the
     * estimate.
     *
     * @param w weight of the measurement beside an exact one, from 0 to 1
     */
    public void learn(Prompt prompt, MeasuredEnergy energy, double w) {
        fade(Priors.ENERGY_FORGETTING);
        CallWork work = energy.work();
        measurements++;
        totalJoules += energy.joules();
        idleJoules += w * energy.idleJoules();
        errors.addUncertainty(energy);
        boolean counted = work.answerTokens() >= 0;
        if (counted) {
            lengths.add(work.answerTokens(), work.truncated(), 1);
            meanTokens = Double.NaN;
        }
        double tokens = prompt.promptTokens();
        cache.add(tokens, work.cached().prefixShare() * tokens, work.cached().share() * tokens, w);
        double n = counted ? Math.max(1, work.answerTokens()) : answerTokens(prompt.maxTokens());
        double p = tokens * (1 - work.cached().share());
        double r = 1 / work.concurrency();
        joules.add(
                p,
                n,
                work.fixedJoules() ? Double.NaN : r,
                energy.joules() - energy.idleJoules(),
                w);
        if (work.seconds() * r > 0) {
            seconds.add(p, n, r, work.seconds() * r, w);
        }
        failures.answered();
    }

    /**
     * Takes in what several answers took, none of which there was an estimate for. With k of them,
     * all that was known before loses weight as with k measurements one by one, so this is exact.
     *
     * @param later a model that saw these answers alone
     */
    public void observe(WorkModel later) {
        double ended = (double) later.measurements + later.failures.count;
        if (ended > 0) {
            failures.fade(Math.pow(Priors.FAILURE_FORGETTING, ended));
            fade(Math.pow(Priors.ENERGY_FORGETTING, (double) later.measurements));
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
        if (other.measurements + other.failures.count > 0) {
            double apart = discounted(measurements) + discounted(other.measurements);
            add(other);
            fade(apart > 0 ? discounted(measurements) / apart : 1);
        }
    }

    /** Discounted number of measurements that came one after the other. */
    private static double discounted(long measurements) {
        double forgetting = Priors.ENERGY_FORGETTING;
        return (1 - Math.pow(forgetting, measurements)) / (1 - forgetting);
    }

    private void fade(double factor) {
        joules.scale(factor);
        seconds.scale(factor);
        idleJoules *= factor;
        cache.fade(factor);
        errors.fadeUncertainty(factor);
    }

    private void add(WorkModel other) {
        measurements += other.measurements;
        totalJoules += other.totalJoules;
        joules.add(other.joules);
        seconds.add(other.seconds);
        lengths.add(other.lengths);
        meanTokens = Double.NaN;
        idleJoules += other.idleJoules;
        cache.add(other.cache);
        if (other.batchedKnown > batchedKnown) {
            batchedKnown = other.batchedKnown;
            batchedLog = other.batchedLog;
        }
        errors.addUncertainty(other.errors);
        failures.add(other.failures);
    }

    // What its servers do

    /** {@link ServerLoad#safeSeconds} of a request; 0 while it is not known how full that is. */
    double safeSeconds(int promptTokens, int maxTokens) {
        return seconds.isEmpty()
                ? 0
                : load.safeSeconds(
                        seconds, cache.computed(promptTokens, 0), answerTokens(maxTokens));
    }

    /** How long a typical call takes at the load of now, in seconds; 0 if unknown. */
    double callSeconds() {
        return seconds.isEmpty() ? 0 : seconds.mean() / seconds.meanPart();
    }

    /**
     * Remembers b / a as it is known now, beside what is remembered: where the load stays as it is,
     * the last calls do not say what batching saves. Each counts by how well it is known, and what
     * is known now by how much of it is new.
     */
    void rememberRatio() {
        batchedKnown *= Priors.BATCHED_FORGETTING;
        double seen = (measurements - rememberedAt) * (1 - Priors.ENERGY_FORGETTING);
        rememberedAt = measurements;
        double known = joules.ratioKnown(ratio);
        double weight = known * Math.min(1, seen);
        if (weight > 0) {
            double gain = weight / (weight + batchedKnown);
            batchedLog += gain * (joules.logRatio(ratio) - batchedLog);
            batchedKnown += gain * Math.max(0, known - batchedKnown);
        }
    }

    /**
     * Assumes b / a where its last calls do not say.
     *
     * @param logOfOthers its logarithm for the other models of the zoo
     */
    void assumeRatio(double logOfOthers) {
        ratio = Math.exp(batchedKnown * batchedLog + (1 - batchedKnown) * logOfOthers);
    }
}
