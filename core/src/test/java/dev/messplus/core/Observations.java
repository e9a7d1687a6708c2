package dev.messplus.core;

import dev.messplus.core.Observation.Outcome;

/** Pieces of what becomes known of an answer, one at a time. */
public final class Observations {

    private Observations() {}

    /** The answer was metered. */
    public static Observation measured(String model, double joules) {
        return Observation.answered(model, Double.NaN, joules, false);
    }

    /** The answer was served. */
    public static Observation served(String model) {
        return Observation.answered(model, Double.NaN, Double.NaN, true);
    }

    /** The model gave no answer. */
    public static Observation failed(String model) {
        return without(model, Outcome.FAILED);
    }

    /** No model gave an answer; this one was asked last. */
    public static Observation unanswered(String model) {
        return without(model, Outcome.UNANSWERED);
    }

    /** No model was asked, because the time of the request was up; this one was chosen. */
    public static Observation expired(String model) {
        return without(model, Outcome.EXPIRED);
    }

    private static Observation without(String model, Outcome outcome) {
        return new Observation(model, Double.NaN, MeasuredEnergy.UNKNOWN, Double.NaN, outcome);
    }

    /** The same, with the energy of calls that brought no answer. */
    public static Observation withFailedJoules(Observation seen, double joules) {
        return new Observation(seen.model(), seen.score(), seen.energy(), joules, seen.outcome());
    }

    /** The same, with joules that nobody measured. */
    public static Observation withAssumedJoules(Observation seen) {
        return new Observation(
                seen.model(),
                seen.score(),
                new MeasuredEnergy(
                        seen.joules(),
                        0,
                        seen.energy().uncertaintyJoules(),
                        true,
                        seen.energy().work()),
                seen.failedJoules(),
                seen.outcome());
    }
}
