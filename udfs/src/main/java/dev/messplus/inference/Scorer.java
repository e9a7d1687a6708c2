package dev.messplus.inference;

import dev.messplus.record.PromptRequest;
import java.io.Serializable;

/**
 * Scores an answer against what its request says is right. Called from several threads at a time.
 */
@FunctionalInterface
public interface Scorer extends Serializable {

    /**
     * Scores one answer.
     *
     * @param output the model's answer; may be empty
     * @return accuracy in [0, 1]; {@code NaN} when the request holds no reference
     */
    double score(PromptRequest request, String output);
}
