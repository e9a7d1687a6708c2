package dev.messplus.infer;

import dev.messplus.record.PromptRequest;
import java.io.Serializable;

/**
 * Scores answers against the references of their requests. Called by several threads at a time.
 *
 * <p>It must be fast and must not block: a short answer is scored on the thread that reads from the
 * model server, and the answer waits for its score. Whoever takes seconds to score an answer, as a
 * model that judges it does, writes a {@link dev.messplus.record.Label} to the feedback topic
 * instead.
 */
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
