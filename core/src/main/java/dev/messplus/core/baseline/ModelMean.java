package dev.messplus.core.baseline;

/**
 * What a model does on average over a set of requests.
 *
 * @param score mean accuracy, in [0, 1]
 * @param joules mean energy of an answer, in joules, at least 0
 */
public record ModelMean(double score, double joules) {

    public ModelMean {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score must be in [0, 1], was " + score);
        }
        if (!(joules >= 0 && joules < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("joules must be finite and >= 0, was " + joules);
        }
    }
}
