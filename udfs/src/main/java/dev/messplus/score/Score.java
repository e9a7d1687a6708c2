package dev.messplus.score;

import dev.messplus.energy.EnergyCharge;
import java.util.List;

/**
 * What a scorer says of an answer.
 *
 * @param value accuracy of the answer in [0, 1]; {@code NaN} if the scorer has nothing to say of
 *     such an answer, such as a metric of a request without a reference
 * @param charges what the model calls of the scorer are charged; empty for none
 */
public record Score(double value, List<EnergyCharge> charges) {

    /** The scorer has nothing to say of the answer. */
    public static final Score NONE = new Score(Double.NaN, List.of());

    /**
     * A score.
     *
     * @throws IllegalArgumentException if the value is below 0 or above 1
     */
    public Score {
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException("score: must be between 0 and 1, was " + value);
        }
    }

    /** A score that took no call of a model. */
    public static Score of(double value) {
        return new Score(value, List.of());
    }

    /** Whether the scorer says something of the answer. */
    public boolean isKnown() {
        return !Double.isNaN(value);
    }
}
