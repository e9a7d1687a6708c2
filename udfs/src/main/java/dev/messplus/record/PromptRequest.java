package dev.messplus.record;

import dev.messplus.core.PromptPrefix;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A request that was read from the requests topic.
 *
 * @param id unique among the requests in flight under its SLA
 * @param sla name of the SLA
 * @param text the text to embed: the prompt, or the contents of its messages; {@code null} once it
 *     is embedded
 * @param lastMessageStart index in {@code text} where its last message begins; 0 if there is one
 *     alone
 * @param promptLength length of the prompt, roughly in tokens, at least 1; 0 in a constructor
 *     stands for that of {@code text}
 * @param turn of a conversation; {@code null} if there are no messages
 * @param messages the chat messages for the model server, a JSON array
 * @param params further fields for the model server, a JSON object; {@code null} for none
 * @param references right answers to score against; empty if there are none
 * @param metric name of the metric to score with; {@code null} without references
 * @param metadata any JSON, returned with the response; {@code null} for none
 * @param maxTokens maximum completion tokens that {@code params} set; 0 if they set none
 * @param timeoutMillis how long the sender waits, in milliseconds, 1 to 86400000; 0 if the request
 *     does not say
 * @param sentAtMillis when the sender sent it, in milliseconds since the epoch: what the request
 *     says, or the timestamp of its Kafka record; 0 if neither is known
 * @param headers Kafka headers that travel with the request: at most 32, of 8 KiB together
 */
@RecordBuilder
public record PromptRequest(
        String id,
        String sla,
        String text,
        int lastMessageStart,
        int promptLength,
        ChatTurn turn,
        String messages,
        String params,
        List<String> references,
        String metric,
        String metadata,
        int maxTokens,
        long timeoutMillis,
        long sentAtMillis,
        List<RecordHeader> headers) {

    /** A common rule of thumb for English; only ratios matter to the energy estimate. */
    private static final int CHARS_PER_TOKEN = 4;

    /**
     * An image of a million pixels, by what vendors state: 765 with OpenAI's models, 1,337 with
     * Qwen2-VL. Other parts than texts and images are rare.
     */
    private static final int TOKENS_PER_PART = 1_000;

    public PromptRequest {
        headers = headers == null ? List.of() : headers;
        promptLength = promptLength == 0 && text != null ? lengthInTokens(text) : promptLength;
    }

    /** A copy without the text, which nobody needs after it is embedded. */
    public PromptRequest withoutText() {
        return PromptRequestBuilder.builder(this).text(null).lastMessageStart(0).build();
    }

    /** A copy whose turn is known better. */
    public PromptRequest with(ChatTurn itsTurn) {
        return turn == itsTurn ? this : PromptRequestBuilder.builder(this).turn(itsTurn).build();
    }

    /** Length of a text, roughly in tokens, at least 1: a quarter of its characters. */
    public static int lengthInTokens(String text) {
        return lengthInTokens(text, 0);
    }

    /**
     * Length of a prompt, roughly in tokens, at least 1.
     *
     * @param otherParts number of its parts that are not text, such as images
     */
    public static int lengthInTokens(String text, int otherParts) {
        return lengthInTokens(text.length()) + otherParts * TOKENS_PER_PART;
    }

    /** Length of so many characters, roughly in tokens, at least 1. */
    static int lengthInTokens(int chars) {
        return 1 + chars / CHARS_PER_TOKEN;
    }

    /** Share of the prompt that a model has computed for the turn before, from 0 to 1. */
    public double prefixShare(String model) {
        return turn != null && model.equals(turn.modelBefore())
                ? Math.min(1, turn.tokensBefore() / (double) promptLength)
                : 0;
    }

    /** What is known to have been computed before of the prompt; {@code null} if nothing is. */
    public PromptPrefix prefix() {
        return turn == null || turn.modelBefore() == null || turn.tokensBefore() == 0
                ? null
                : new PromptPrefix(turn.modelBefore(), turn.tokensBefore());
    }
}
