package dev.messplus.infer.openai;

import dev.messplus.energy.Usage;
import dev.messplus.record.ModelOutput;

/**
 * A chat completion, as the model server returned it. Any of its parts may be missing.
 *
 * @param id what the server calls it; {@code null} if it has no name
 * @param model the model that the server names; {@code null} if it names none
 * @param output what the model answered; its tool calls are not empty
 * @param usage tokens, work and energy that the server reports
 */
public record Completion(String id, String model, ModelOutput output, Usage usage) {

    /**
     * The text to score; {@code null} if there is none. An answer of nothing at all is scored as an
     * empty text: counted as it was predicted, a model that answers nothing would look like a good
     * one.
     */
    public String textToScore() {
        if (output.text() != null && !output.text().isEmpty()) {
            return output.text();
        }
        boolean nothing =
                output.toolCalls() == null
                        && output.refusal() == null
                        && output.reasoningContent() == null;
        return nothing ? "" : null;
    }
}
