package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A request that was read from the requests topic.
 *
 * @param id unique among the requests in flight under its SLA
 * @param sla name of the SLA
 * @param text the text to embed: the prompt, or the contents of its messages; {@code null} once it
 *     is embedded
 * @param promptLength length of the text, roughly in tokens, at least 1; 0 in a constructor stands
 *     for that of {@code text}
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
        int promptLength,
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

    public PromptRequest {
        headers = headers == null ? List.of() : headers;
        promptLength = promptLength == 0 && text != null ? lengthInTokens(text) : promptLength;
    }

    /** A copy without the text, which nobody needs after it is embedded. */
    public PromptRequest withoutText() {
        return PromptRequestBuilder.builder(this).text(null).build();
    }

    /** Length of a text, roughly in tokens, at least 1: a quarter of its characters. */
    public static int lengthInTokens(String text) {
        return 1 + text.length() / CHARS_PER_TOKEN;
    }
}
