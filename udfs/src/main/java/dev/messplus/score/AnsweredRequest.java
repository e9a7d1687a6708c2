package dev.messplus.score;

import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequest;

/**
 * A request with one model's answer to it: what a scorer is given.
 *
 * @param request the request, without the text that was embedded; its messages are there
 * @param model id of the model that answered
 * @param output all that the model answered
 * @param text the text of the answer, without thoughts that precede it; may be empty, and is {@code
 *     null} for a tool call or a refusal without a text
 */
public record AnsweredRequest(
        PromptRequest request, String model, ModelOutput output, String text) {

    /** Whether there is a text, which may be empty. */
    public boolean hasText() {
        return text != null;
    }
}
