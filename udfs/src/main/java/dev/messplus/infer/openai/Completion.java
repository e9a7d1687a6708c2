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

    private static final String LENGTH = "length";

    /** Where reasoning models end their thoughts, if their server leaves them in the text. */
    private static final String END_OF_THOUGHTS = "</think>";

    private static final String START_OF_THOUGHTS = "<think>";

    /** Whether the answer was cut at its maximum of tokens, or where the model's context ends. */
    public boolean truncated() {
        return LENGTH.equals(output.finishReason());
    }

    /**
     * The text to score, without thoughts that precede the answer in it; {@code null} for a tool
     * call or a refusal without a text. An answer of nothing at all is scored as an empty text:
     * counted as it was predicted, a model that answers nothing would look like a good one. So is
     * an answer of thoughts alone, which was cut before it came to the point.
     */
    public String textToScore() {
        if (output.text() != null && !output.text().isEmpty()) {
            return withoutThoughts(output.text());
        }
        return output.toolCalls() == null && output.refusal() == null ? "" : null;
    }

    /**
     * Some chat templates begin the thoughts, so that the text has only their end: a line of its
     * own, or the end of one.
     */
    private static String withoutThoughts(String text) {
        boolean begins = text.stripLeading().startsWith(START_OF_THOUGHTS);
        int end = text.indexOf(END_OF_THOUGHTS);
        String answer = end < 0 ? "" : text.substring(end + END_OF_THOUGHTS.length());
        boolean endsLine = end >= 0 && (answer.isEmpty() || answer.startsWith("\n"));
        return begins || endsLine ? answer.strip() : text;
    }
}
