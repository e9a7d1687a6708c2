package dev.messplus.replay.outcome;

import java.util.Arrays;

/**
 * What was recorded of every model's answer to one prompt. Each array has the order of the zoo.
 *
 * @param scores accuracy of each model's answer, in [0, 1]
 * @param joules energy of each model's answer, at least 0
 * @param readings what a scorer says of each model's answer, in [0, 1]; empty if none was recorded
 */
public record ZooAnswers(double[] scores, double[] joules, double[] readings) {

    /** Answers without the readings of a scorer. */
    public ZooAnswers(double[] scores, double[] joules) {
        this(scores, joules, new double[0]);
    }

    /** The answers of some of the models, in the order given. */
    ZooAnswers ofModels(int[] models) {
        return new ZooAnswers(
                pick(scores, models),
                pick(joules, models),
                readings.length == 0 ? readings : pick(readings, models));
    }

    private static double[] pick(double[] values, int[] from) {
        return Arrays.stream(from).mapToDouble(i -> values[i]).toArray();
    }
}
