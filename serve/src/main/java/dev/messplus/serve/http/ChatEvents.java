package dev.messplus.serve.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;

/**
 * A chat completion as server-sent events. The job answers with complete texts, so there is one
 * chunk with all of it.
 */
final class ChatEvents {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ChatEvents() {}

    /**
     * The events.
     *
     * @param withUsage whether an event without choices has the tokens, as with {@code
     *     stream_options.include_usage}
     */
    static String of(ObjectNode completion, boolean withUsage) {
        ObjectNode chunk = completion.deepCopy().put("object", "chat.completion.chunk");
        JsonNode usage = chunk.remove("usage");
        ObjectNode choice = (ObjectNode) chunk.get("choices").get(0);
        ObjectNode delta = (ObjectNode) choice.remove("message");
        if (delta.get("tool_calls") != null) {
            delta.set("tool_calls", numbered(delta.get("tool_calls")));
        }
        choice.set("delta", delta);
        StringBuilder events = new StringBuilder(event(chunk));
        if (withUsage) {
            chunk.set("choices", NODES.arrayNode());
            chunk.set("usage", usage == null ? NODES.nullNode() : usage);
            events.append(event(chunk));
        }
        return events.append("data: [DONE]\n\n").toString();
    }

    /** In chunks, tool calls have numbers, by which clients put them together. */
    private static ArrayNode numbered(JsonNode toolCalls) {
        ArrayNode numbered = NODES.arrayNode();
        try {
            for (JsonNode call : Json.MAPPER.readTree(Json.text(toolCalls))) {
                ObjectNode chunk = NODES.objectNode().put("index", numbered.size());
                numbered.add(chunk.setAll((ObjectNode) call));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The job has read them as JSON", e);
        }
        return numbered;
    }

    private static String event(ObjectNode chunk) {
        return "data: " + Json.text(chunk) + "\n\n";
    }
}
