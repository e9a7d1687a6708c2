package dev.messplus.local.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;

/**
 * A prompt whose right answer is known, so that the job can score every answer to it.
 *
 * @param id id of the request, unique in a run
 * @param kind kind of prompt, in words
 * @param text what a reader is shown of the prompt
 * @param reference what a reader is shown as the right answer
 * @param request the request, without an id and an SLA
 */
public record LabelledPrompt(
        String id, String kind, String text, String reference, ObjectNode request) {

    /**
     * A prompt of the built-in questions.
     *
     * @param metric wire name of the metric that compares an answer with {@code reference}
     */
    static LabelledPrompt of(String id, String kind, String text, String reference, String metric) {
        ObjectNode request =
                Json.MAPPER
                        .createObjectNode()
                        .put("prompt", text)
                        .put("reference", reference)
                        .put("metric", metric);
        return new LabelledPrompt(id, kind, text, reference, request);
    }

    /** The request under an SLA. */
    ObjectNode under(String sla) {
        ObjectNode complete = Json.MAPPER.createObjectNode().put("id", id).put("sla", sla);
        return complete.setAll(request);
    }
}
