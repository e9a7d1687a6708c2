package dev.messplus.infer;

import dev.messplus.record.PromptRequest;
import java.io.Serializable;

/** Scores answers against the references of their requests. Called by several threads at a time. */
@FunctionalInterface
public interface Scorer extends Serializable {

    /**
     * Scores one answer.
     *
     * @param output the model's answer; may be empty
     * @return accuracy in [0, 1]; {@code NaN} if the request has no reference
     */
    double score(PromptRequest request, String output);
}
