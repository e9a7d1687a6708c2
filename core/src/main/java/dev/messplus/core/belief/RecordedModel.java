package dev.messplus.core.belief;

import dev.messplus.core.Checks;
import java.io.Serializable;

/**
 * What is recorded of one model.
 *
 * @param moments mean over the rows of A x, where A is the score of the model's answer and x the
 *     features of the prompt with a constant 1 as the last: dimensions + 1 elements, the last of
 *     which is the mean score
 * @param meanJoules mean energy of the model's answers, in joules, at least 0
 */
public record RecordedModel(double[] moments, double meanJoules) implements Serializable {

    public RecordedModel {
        Checks.finite("moments", moments);
        Checks.share("mean score", moments.length == 0 ? Double.NaN : moments[moments.length - 1]);
        Checks.amount("meanJoules", meanJoules);
    }

    /** Mean score of the model's answers, in [0, 1]. */
    public double meanScore() {
        return moments[moments.length - 1];
    }
}
