package dev.messplus.core.zoo;

import dev.messplus.core.belief.Predictor;

/** A model of the zoo: what is known of it, and what learns it. */
public record Model(String id, ModelState state, Predictor predictor) {

    /** What its answers add on average, in joules; {@code NaN} while nobody knows. */
    public double typicalJoules() {
        return state.energy.typicalJoules();
    }

    /** Whether its owner says what it scores on average. */
    boolean hasExpectedScore() {
        return !Double.isNaN(state.expectedScore);
    }

    boolean isAvailable(long nowMillis) {
        return state.unavailableUntilMillis <= nowMillis;
    }
}
