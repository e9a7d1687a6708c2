package dev.messplus.core;

/**
 * What became known of one model's answer to a request, all at once or piece by piece.
 *
 * @param model id of the model
 * @param score accuracy of its answer, in [0, 1]; {@code NaN} if unknown
 * @param energy energy of its answer
 * @param failedJoules energy of its calls that brought no answer, such as those before a retry, at
 *     least 0; {@code NaN} if unknown
 * @param outcome what became of the call
 */
public record Observation(
        String model, double score, MeasuredEnergy energy, double failedJoules, Outcome outcome) {

    /** What became of a call. */
    public enum Outcome {
        /** The answer was scored, by somebody who does not say what became of the call. */
        SCORED,
        /**
         * A person rated the answer. Where a judge scores answers, this is an audit, and what the
         * promise is about. Elsewhere it is the same as {@link #SCORED}.
         */
        RATED,
        /** The model answered, and its answer was not served. */
        NOT_SERVED,
        /** The request was answered with this. */
        SERVED,
        /** The model gave no answer. */
        FAILED,
        /** No model gave an answer; this one was asked last. */
        UNANSWERED,
        /** No model was asked, because the time of the request was up: it says nothing of any. */
        EXPIRED;

        /** The outcome of a call, by whether it settles the request and whether it failed. */
        public static Outcome of(boolean served, boolean failed) {
            if (failed) {
                return served ? UNANSWERED : FAILED;
            }
            return served ? SERVED : NOT_SERVED;
        }
    }

    /** The model answered, and all of it is known. */
    public static Observation answered(String model, double score, double joules, boolean served) {
        Outcome outcome = Outcome.of(served, false);
        return new Observation(model, score, MeasuredEnergy.of(joules), Double.NaN, outcome);
    }

    /** The answer was scored. */
    public static Observation scored(String model, double score) {
        return new Observation(
                model, score, MeasuredEnergy.of(Double.NaN), Double.NaN, Outcome.SCORED);
    }

    /** A person rated the answer, and nothing else is known. */
    public static Observation rated(String model, double score) {
        return new Observation(
                model, score, MeasuredEnergy.of(Double.NaN), Double.NaN, Outcome.RATED);
    }

    /** Whether this settles the request: with this answer, or without any. */
    public boolean isServed() {
        return outcome == Outcome.SERVED || outcome == Outcome.UNANSWERED;
    }

    /** Whether the model gave no answer. */
    public boolean isFailed() {
        return outcome == Outcome.FAILED || outcome == Outcome.UNANSWERED;
    }

    public boolean hasScore() {
        return !Double.isNaN(score);
    }

    /** Energy of the answer in joules; {@code NaN} if unknown. */
    public double joules() {
        return energy.joules();
    }

    public boolean hasJoules() {
        return energy.isKnown();
    }

    public boolean hasFailedJoules() {
        return !Double.isNaN(failedJoules);
    }

    /** Whether its joules were measured, and brought an answer: only these can be learned from. */
    public boolean measuresAnAnswer() {
        return hasJoules() && !isFailed() && !energy.assumed();
    }
}
