package dev.messplus.infer.openai;

import dev.messplus.energy.Usage;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * A chat completion, as the model server returned it. Any of its parts may be missing.
 *
 * @param id what the server calls it; {@code null} if it says nothing
 * @param model the model that the server says it is by; {@code null} if it says nothing
 * @param content the text; {@code null} if there is none
 * @param toolCalls the tool calls as a JSON array that is not empty; {@code null} if there are none
 * @param refusal why the model refuses to answer; {@code null} if it does not
 * @param reasoningContent what the model thought before it answered; {@code null} if unknown
 * @param finishReason why the model stopped, such as {@code stop} or {@code length}; {@code null}
 *     if unknown
 * @param usage tokens, work and energy that the server reports
 */
@RecordBuilder
public record Completion(
        String id,
        String model,
        String content,
        String toolCalls,
        String refusal,
        String reasoningContent,
        String finishReason,
        Usage usage) {

    /**
     * The text to score; {@code null} if there is none. An answer of nothing at all is scored as an
     * empty text: counted as it was predicted, a model that answers nothing would look like a good
     * one.
     */
    public String textToScore() {
        if (content != null && !content.isEmpty()) {
            return content;
        }
        boolean nothing = toolCalls == null && refusal == null && reasoningContent == null;
        return nothing ? "" : null;
    }
}
