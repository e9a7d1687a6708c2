package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What a model answered. Any of its parts may be missing.
 *
 * @param text the text of the answer, {@code output} in JSON; {@code null} if it has none
 * @param toolCalls the tool calls of the answer, as a JSON array; {@code null} if there are none
 * @param refusal why the model refuses to answer; {@code null} if it does not
 * @param reasoningContent what the model thought before it answered; {@code null} if the server
 *     does not report it
 * @param logprobs the log probabilities of the tokens, as a JSON object; {@code null} unless the
 *     request asks for them
 * @param finishReason why the model stopped, as the server reports: {@code stop}, {@code length},
 *     {@code tool_calls}, {@code content_filter} or another; {@code null} if it does not
 */
@RecordBuilder
public record ModelOutput(
        String text,
        String toolCalls,
        String refusal,
        String reasoningContent,
        String logprobs,
        String finishReason) {

    /** No answer. */
    public static final ModelOutput NONE = new ModelOutput(null, null, null, null, null, null);

    /** Why the model stopped, without what it answered. */
    ModelOutput finishReasonOnly() {
        return new ModelOutput(null, null, null, null, null, finishReason);
    }

    /** What the model answered, without log probabilities. */
    ModelOutput withoutLogprobs() {
        return ModelOutputBuilder.builder(this).logprobs(null).build();
    }
}
