package dev.messplus.core;

/**
 * Estimates one model's energy for a prompt before the call.
 *
 * <p>Least squares of joules on prompt tokens, online and with forgetting, because batching moves
 * the joules per token of one model by a factor of 5 to 17. Forgetting 0.98 remembers the last 50
 * measurements or so.
 */
public final class EnergyEstimator {

    private static final double FORGETTING = 0.98;

    /** Joules to assume before the first measurement; {@code NaN} when nobody can tell. */
    public double priorJoules = Double.NaN;

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
     * Estimates joules for a prompt.
     *
     * @return at least 0; before the first measurement the prior, which may be {@code NaN}
     */
    public double estimate(int promptTokens) {
        if (measurements == 0) {
            return priorJoules;
        }
        // Longer prompts never cost less. Lengths within a token of each other say nothing of the
        // slope: what is left of their variation after thousands of equal ones is rounding.
        double slope = tokenVariation > weight ? Math.max(0, covariation / tokenVariation) : 0;
        return Math.max(0, meanJoules + slope * (promptTokens - meanTokens));
    }

    /** Joules of a typical prompt; before the first measurement the prior. */
    public double typicalJoules() {
        return measurements == 0 ? priorJoules : meanJoules;
    }

    /** Takes in what one answer cost. */
    public void observe(int promptTokens, double joules) {
        measurements++;
        totalJoules += joules;
        weight = FORGETTING * weight + 1;
        double tokensOff = promptTokens - meanTokens;
        meanTokens += tokensOff / weight;
        double joulesOff = joules - meanJoules;
        meanJoules += joulesOff / weight;
        tokenVariation = FORGETTING * tokenVariation + tokensOff * (promptTokens - meanTokens);
        covariation = FORGETTING * covariation + tokensOff * (joules - meanJoules);
    }
}
