package dev.messplus.score;

import java.io.Serializable;

/** The settings of a scorer, which travel to the subtasks and open it there. */
@FunctionalInterface
public interface ScorerConfig extends Serializable {

    /** {@link #maxInFlight} of a scorer whose calls nobody counts. */
    int UNLIMITED = 0;

    /**
     * Opens the scorer for one subtask.
     *
     * @throws ScoringException if it cannot be opened; the message begins with the setting
     */
    Scorer open(ScorerContext context);

    /** How long a score is waited for, in milliseconds, at least 1. */
    default long timeoutMillis() {
        return Long.MAX_VALUE;
    }

    /**
     * Answers that it may score at a time in the whole job, at least 1, while further ones wait;
     * {@link #UNLIMITED} if it scores in the job itself, or by models that have limits of their
     * own. A scorer with a limit has a circuit breaker.
     */
    default int maxInFlight() {
        return UNLIMITED;
    }
}
