package dev.messplus.core;

/**
 * What people are expected to say of each answer to a request, once a judge has scored it. So the
 * answer that people are expected to like best is served, and not the one that a judge favours.
 *
 * <p>Models are denoted by their rank in {@link Decision#ranking}, from 0. The array is not to be
 * changed.
 *
 * @param atZero by rank, what people are expected to say of an answer that the judge scores 0; may
 *     be below 0
 * @param slope by how much a point of the judge raises that
 */
public record JudgeReading(double[] atZero, double slope) {

    /**
     * The score to expect of people, in [0, 1].
     *
     * @param rank of the model that gave the answer
     * @param judged the judge's score, in [0, 1]
     */
    public double expectedScore(int rank, double judged) {
        return Math.max(0, Math.min(1, atZero[rank] + slope * judged));
    }
}
