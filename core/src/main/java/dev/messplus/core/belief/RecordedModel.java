package dev.messplus.core.belief;

import dev.messplus.core.Checks;
import java.io.Serializable;

/**
 * What is recorded of one model.
 *
 * @param scores mean score of its answers to each group of prompts, in [0, 1]
 * @param meanJoules mean energy of the model's answers, in joules, at least 0
 */
public record RecordedModel(double[] scores, double meanJoules) implements Serializable {

    public RecordedModel {
        for (double score : scores) {
            Checks.share("scores", score);
        }
        Checks.amount("meanJoules", meanJoules);
    }
}
