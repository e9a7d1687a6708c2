package dev.messplus.core.baseline;

import dev.messplus.core.Checks;

/**
 * What a model does on average over a set of requests.
 *
 * @param score mean accuracy, in [0, 1]
 * @param joules mean energy of an answer, in joules, at least 0
 */
public record ModelMean(double score, double joules) {

    public ModelMean {
        Checks.share("score", score);
        Checks.amount("joules", joules);
    }
}
