package dev.messplus.routing;

import dev.messplus.core.Observation;
import dev.messplus.core.Observation.Outcome;
import dev.messplus.record.Feedback;

/** Reads feedback records as the algorithm observes them. */
final class Observations {

    private Observations() {}

    static Observation of(Feedback feedback) {
        return new Observation(
                feedback.model(),
                orNaN(feedback.score()),
                orNaN(feedback.energyJoules()),
                orNaN(feedback.failedJoules()),
                Boolean.TRUE.equals(feedback.energyAssumed()),
                outcome(feedback));
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
