package dev.messplus.record;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * A request as it was read from the requests topic.
 *
 * @param id unique among the requests in flight of its SLA
 * @param sla name of the SLA it is to be served under
 * @param text what there is to embed: the prompt, or the contents of its messages
 * @param messages the chat messages for the model server, a JSON array
 * @param params further fields for the model server, a JSON object; {@code null} for none
 * @param references right answers to score against; empty when there is none
 * @param metric name of the metric to score with; {@code null} without references
 * @param metadata any JSON, given back with the response; {@code null} for none
 * @param maxTokens the most completion tokens that {@code params} ask for; 0 when they do not
 * @param timeoutMillis how long its sender waits, in milliseconds, 1 to 86400000; 0 when it does
 *     not say
 */
@RecordBuilder
public record PromptRequest(
        String id,
        String sla,
        String text,
        String messages,
        String params,
        List<String> references,
        String metric,
        String metadata,
        int maxTokens,
        long timeoutMillis) {}
