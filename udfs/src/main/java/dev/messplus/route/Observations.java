package dev.messplus.route;

import dev.messplus.core.EnergyCorrection;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Observation;
import dev.messplus.core.Observation.Outcome;
import dev.messplus.core.Prompt;
import dev.messplus.record.Feedback;

/** Reads feedback records as the algorithm observes them. */
final class Observations {

    private Observations() {}

    static Observation of(Feedback feedback) {
        return new Observation(
                feedback.model(),
                orNaN(feedback.score()),
                energy(
                        feedback,
                        Boolean.TRUE.equals(feedback.energyAssumed())
                                || Boolean.TRUE.equals(feedback.energyProvisional())),
                orNaN(feedback.failedJoules()),
                outcome(feedback));
    }

    /** The correction in a record that has one. */
    static EnergyCorrection correction(Feedback feedback) {
        Feedback.Correction correction = feedback.correction();
        return new EnergyCorrection(
                feedback.model(),
                Boolean.TRUE.equals(feedback.served()),
                correction.joules(),
                correction.failedJoules(),
                new Prompt(null, correction.promptLength(), correction.maxTokens()),
                energy(feedback, false));
    }

    private static MeasuredEnergy energy(Feedback feedback, boolean assumed) {
        return new MeasuredEnergy(
                orNaN(feedback.energyJoules()), orNaN(feedback.energyUncertaintyJoules()), assumed);
    }

    private static Outcome outcome(Feedback feedback) {
        return Boolean.TRUE.equals(feedback.expired())
                ? Outcome.EXPIRED
                : Outcome.of(Boolean.TRUE.equals(feedback.served()), feedback.error() != null);
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
