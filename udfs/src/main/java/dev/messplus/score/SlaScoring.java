package dev.messplus.score;

import java.io.Serializable;

/**
 * How the answers of an SLA are scored.
 *
 * @param scorer name of the scorer
 * @param share of the requests whose answers are scored, in [0, 1]; a hash of the request's id
 *     draws them
 * @param when whether answers wait for their scores
 */
public record SlaScoring(String scorer, double share, When when) implements Serializable {

    /** When answers are scored. */
    public enum When {
        /** Before an answer is served: of several answers, the best one is. */
        BEFORE_SERVING,
        /** Afterwards: no answer waits for its score. */
        AFTER_SERVING
    }
}
