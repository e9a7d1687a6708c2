package dev.messplus.core.cost;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Priors;
import dev.messplus.core.Prompt;

/**
 * Estimates one model's energy for a request before the call.
 *
 * <p>Least squares of joules on the prompt's tokens and on the maximum of completion tokens that
 * the request asks for, online and with forgetting, because batching moves the joules per token of
 * one model by a factor of 5 to 17.
 *
 * <p>Slopes are never negative: more tokens never cost less. They hold for five standard deviations
 * around what was measured, and what is farther off counts as that far. A request without a maximum
 * counts as one at the mean of those that have one, so a stream without any is regressed on its
 * prompts alone.
 */
public final class EnergyEstimator {

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

    /** Measurements so far. */
    public long measurements;

    /** Discounted number of measurements. */
    public double weight;

    /** Discounted mean of the prompts' tokens. */
    public double meanTokens;

    /** Discounted mean of the measured joules. */
    public double meanJoules;

    /** Discounted sum of squared deviations of the tokens. */
    public double tokenVariation;

    /** Discounted sum of products of deviations of tokens and joules. */
    public double covariation;

    /** Sum of all measured joules. */
    public double totalJoules;

    /**
     * Discounted number of measurements of requests with a maximum. The next six fields also cover
     * only these requests.
     */
    public double maxWeight;

    /** Discounted mean of their maxima. */
    public double maxMean;

    /** Discounted mean of their prompts' tokens. */
    public double maxMeanTokens;

    /** Discounted mean of their joules. */
    public double maxMeanJoules;

    /** Discounted sum of squared deviations of their maxima. */
    public double maxVariation;

    /** Discounted sum of products of deviations of their maxima and prompts' tokens. */
    public double maxTokenCovariation;

    /** Discounted sum of products of deviations of their maxima and joules. */
    public double maxCovariation;

    /** Discounted number of measurements that there was an estimate for. */
    public double errorWeight;

    /** Discounted sum of the absolute errors of those estimates, in joules. */
    public double errorSum;

    /** Discounted sum of the joules of measurements whose uncertainty is known. */
    public double uncertainJoules;

    /** Discounted sum of their uncertainties, in joules. */
    public double uncertaintySum;

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
     * @param promptTokens as for {@link #estimate}
     * @param maxTokens as for {@link #estimate}
     */
    public void expect(int promptTokens, int maxTokens) {
        if (measurements == 0) {
            expected++;
            expectedTokens += (promptTokens - expectedTokens) / expected;
            expectedMost += (typicalMost(mostTokens(maxTokens)) - expectedMost) / expected;
        }
    }

    /**
     * Estimates joules for a request.
     *
     * @param promptTokens the prompt's length
     * @param maxTokens the most completion tokens it asks for; 0 when it sets no maximum
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double estimate(int promptTokens, int maxTokens) {
        int most = mostTokens(maxTokens);
        if (measurements == 0) {
            return prior(promptTokens, most);
        }
        double tokensOff = seen(promptTokens - meanTokens, tokenVariation / weight);
        double maxOff = most > 0 ? seen(regressor(most) - maxMean, maxVariation / maxWeight) : 0;
        return Math.max(0, meanJoules + rise(tokensOff, maxOff));
    }

    /** Assumes joules before the first measurement, unless something is assumed already. */
    public void assume(double joules) {
        if (Double.isNaN(typicalPrior())) {
            priorJoules = joules;
        }
    }

    /** Joules of a typical request; before the first measurement the prior. */
    public double typicalJoules() {
        return measurements == 0 ? typicalPrior() : meanJoules;
    }

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

    /**
     * Mean absolute error of past estimates, weighted towards recent ones, in joules; {@code NaN}
     * before the first measurement.
     */
    public double meanAbsoluteError() {
        return errorSum / errorWeight;
    }

    /** The mean absolute error over the mean joules; {@code NaN} before the first. */
    public double relativeError() {
        return meanJoules > 0 ? meanAbsoluteError() / meanJoules : Double.NaN;
    }

    /** The mean uncertainty of measurements over their mean joules; {@code NaN} if not known. */
    public double relativeUncertainty() {
        return uncertaintySum / uncertainJoules;
    }

    /**
     * Takes in what the answer to a prompt cost, of which the features do not matter.
     *
     * @param energy of known joules
     */
    public void observe(Prompt prompt, MeasuredEnergy energy) {
        judge(estimate(prompt.promptTokens(), prompt.maxTokens()), energy.joules());
        learn(prompt, energy, weightOf(energy));
    }

    /**
     * Learns from a measurement, as {@link #observe} does, but leaves out the error of the
     * estimate.
     *
     * @param w weight of the measurement beside an exact one, from 0 to 1
     */
    public void learn(Prompt prompt, MeasuredEnergy energy, double w) {
        int promptTokens = prompt.promptTokens();
        int maxTokens = mostTokens(prompt.maxTokens());
        double joules = energy.joules();
        double uncertaintyJoules = energy.uncertaintyJoules();
        measurements++;
        totalJoules += joules;
        weight = Priors.ENERGY_FORGETTING * weight + w;
        double tokensOff = promptTokens - meanTokens;
        meanTokens += w * tokensOff / weight;
        meanJoules += w * (joules - meanJoules) / weight;
        tokenVariation =
                Priors.ENERGY_FORGETTING * tokenVariation
                        + w * tokensOff * (promptTokens - meanTokens);
        covariation =
                Priors.ENERGY_FORGETTING * covariation + w * tokensOff * (joules - meanJoules);
        forgetMaxima();
        if (maxTokens > 0) {
            observeMaximum(promptTokens, regressor(maxTokens), joules, w);
        }
        if (!Double.isNaN(uncertaintyJoules)) {
            uncertainJoules = Priors.ENERGY_FORGETTING * uncertainJoules + joules;
            uncertaintySum = Priors.ENERGY_FORGETTING * uncertaintySum + uncertaintyJoules;
        }
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
     * Takes in what several answers cost, none of which there was an estimate for. With k of them,
     * all that was known before loses weight as with k measurements one by one, so this is exact,
     * but for the maxima that {@link #regressor} cuts: it knows only the other maxima of the same
     * answers.
     *
     * @param later an estimator that saw these answers alone
     */
    public void observe(EnergyEstimator later) {
        if (later.measurements > 0) {
            scale(Math.pow(Priors.ENERGY_FORGETTING, later.measurements));
            add(later);
        }
    }

    /**
     * Takes in answers of which it is not known whether they came before or after its own: as if
     * they had come in turn, to first order. Together they weigh as much as that number of
     * measurements.
     *
     * @param other an estimator that saw these answers alone
     */
    public void interleave(EnergyEstimator other) {
        if (other.measurements > 0) {
            double apart = discounted(measurements) + discounted(other.measurements);
            add(other);
            scale(discounted(measurements) / apart);
        }
    }

    /** Discounted number of measurements that came one after the other. */
    private static double discounted(long measurements) {
        double forgetting = Priors.ENERGY_FORGETTING;
        return (1 - Math.pow(forgetting, measurements)) / (1 - forgetting);
    }

    private void scale(double factor) {
        weight *= factor;
        tokenVariation *= factor;
        covariation *= factor;
        maxWeight *= factor;
        maxVariation *= factor;
        maxTokenCovariation *= factor;
        maxCovariation *= factor;
        uncertainJoules *= factor;
        uncertaintySum *= factor;
    }

    /**
     * Adds weighted sums of squares around two means (Chan, Golub, LeVeque, "Updating Formulae and
     * a Pairwise Algorithm for Computing Sample Variances", 1979).
     */
    private void add(EnergyEstimator other) {
        measurements += other.measurements;
        totalJoules += other.totalJoules;
        uncertainJoules += other.uncertainJoules;
        uncertaintySum += other.uncertaintySum;
        double tokensOff = other.meanTokens - meanTokens;
        double joulesOff = other.meanJoules - meanJoules;
        double share = other.weight / (weight + other.weight);
        double between = weight * share;
        weight += other.weight;
        meanTokens += share * tokensOff;
        meanJoules += share * joulesOff;
        tokenVariation += other.tokenVariation + between * tokensOff * tokensOff;
        covariation += other.covariation + between * tokensOff * joulesOff;
        if (other.maxWeight > 0) {
            addMaxima(other);
        }
    }

    private void addMaxima(EnergyEstimator other) {
        double maxOff = other.maxMean - maxMean;
        double tokensOff = other.maxMeanTokens - maxMeanTokens;
        double joulesOff = other.maxMeanJoules - maxMeanJoules;
        double share = other.maxWeight / (maxWeight + other.maxWeight);
        double between = maxWeight * share;
        maxWeight += other.maxWeight;
        maxMean += share * maxOff;
        maxMeanTokens += share * tokensOff;
        maxMeanJoules += share * joulesOff;
        maxVariation += other.maxVariation + between * maxOff * maxOff;
        maxTokenCovariation += other.maxTokenCovariation + between * maxOff * tokensOff;
        maxCovariation += other.maxCovariation + between * maxOff * joulesOff;
    }

    /** A maximum, limited: one far beyond the others is as good as none. */
    private double regressor(int maxTokens) {
        return Math.min(
                maxTokens,
                maxWeight > Priors.MEASUREMENTS_BEFORE_MEAN
                        ? Priors.MAX_TOKENS_OVER_MEAN * maxMean
                        : Priors.MAX_COMPLETION_TOKENS);
    }

    /** Limits a deviation to {@link Priors#MAX_EXTRAPOLATION_SIGMAS}. */
    private static double seen(double deviation, double variance) {
        double most = Priors.MAX_EXTRAPOLATION_SIGMAS;
        return deviation * deviation <= most * most * variance
                ? deviation
                : Math.copySign(most * Math.sqrt(variance), deviation);
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

    /**
     * Joules above the mean of a request that is this far off the mean: least squares over all
     * slopes that are not negative. These are the joint ones if both are above 0, else one of them
     * is 0 and the other the one that explains more of the variation by itself.
     */
    private double rise(double tokensOff, double maxOff) {
        // Lengths within a token of each other say nothing of a slope: what is left of their
        // variation after thousands of equal ones is rounding.
        boolean tokensVary = tokenVariation > weight;
        boolean maximaVary = maxVariation > weight;
        double variations = tokenVariation * maxVariation;
        double determinant = variations - maxTokenCovariation * maxTokenCovariation;
        if (tokensVary && maximaVary && determinant > Priors.MIN_UNSHARED_VARIATION * variations) {
            double perToken =
                    (covariation * maxVariation - maxCovariation * maxTokenCovariation)
                            / determinant;
            double perMax =
                    (maxCovariation * tokenVariation - covariation * maxTokenCovariation)
                            / determinant;
            if (perToken > 0 && perMax > 0) {
                return perToken * tokensOff + perMax * maxOff;
            }
        }
        double perToken = tokensVary ? Math.max(0, covariation / tokenVariation) : 0;
        double perMax = maximaVary ? Math.max(0, maxCovariation / maxVariation) : 0;
        return perToken * covariation >= perMax * maxCovariation
                ? perToken * tokensOff
                : perMax * maxOff;
    }

    private void judge(double estimate, double joules) {
        if (!Double.isNaN(estimate)) {
            errorWeight = Priors.ENERGY_FORGETTING * errorWeight + 1;
            errorSum = Priors.ENERGY_FORGETTING * errorSum + Math.abs(estimate - joules);
        }
    }

    private void forgetMaxima() {
        maxWeight *= Priors.ENERGY_FORGETTING;
        maxVariation *= Priors.ENERGY_FORGETTING;
        maxTokenCovariation *= Priors.ENERGY_FORGETTING;
        maxCovariation *= Priors.ENERGY_FORGETTING;
    }

    private void observeMaximum(int promptTokens, double maxTokens, double joules, double w) {
        maxWeight += w;
        double maxOff = maxTokens - maxMean;
        maxMean += w * maxOff / maxWeight;
        maxMeanTokens += w * (promptTokens - maxMeanTokens) / maxWeight;
        maxMeanJoules += w * (joules - maxMeanJoules) / maxWeight;
        maxVariation += w * maxOff * (maxTokens - maxMean);
        maxTokenCovariation += w * maxOff * (promptTokens - maxMeanTokens);
        maxCovariation += w * maxOff * (joules - maxMeanJoules);
    }
}
