package dev.messplus.batch.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * The body of {@code POST /v1/chat/completions} as a request of the job.
 *
 * <p>{@code model} is the name of an SLA. {@code reference}, {@code metric} and {@code timeout_ms}
 * are fields of the request, which OpenAI's API does not have. All other fields are parameters, and
 * the job refuses those by name that it does not pass on.
 */
public final class ChatBody {

    private static final String MODEL = "model";
    private static final String MESSAGES = "messages";

    /** Fields of a request that a body may have for the job. */
    private static final Set<String> OF_THE_JOB = Set.of("reference", "metric", "timeout_ms");

    /** Fields that ask for what is so anyway, as clients send them, by their JSON. */
    private static final Map<String, String> WITHOUT_EFFECT =
            Map.of("stream", "false", "modalities", "[\"text\"]");

    private static final String PARAMS = "params.";

    private ChatBody() {}

    /**
     * The request, without an id.
     *
     * @param sla its SLA; {@code null} for the one that {@code model} names
     */
    public static ObjectNode request(ObjectNode body, String sla) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        ObjectNode params = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            String name = field.getKey();
            JsonNode value = field.getValue();
            if (name.equals(MODEL)) {
                request.set("sla", value);
            } else if (name.equals(MESSAGES) || OF_THE_JOB.contains(name)) {
                request.set(name, value);
            } else if (!value.isNull() && !value.toString().equals(WITHOUT_EFFECT.get(name))) {
                params.set(name, value);
            }
        }
        if (sla != null) {
            request.put("sla", sla);
        }
        if (!params.isEmpty()) {
            request.set("params", params);
        }
        return request;
    }

    /**
     * What is wrong with a request, with the name that its field has in a body.
     *
     * @param error begins with the field, as the job names it
     */
    public static String error(String error) {
        int misspelt = error.indexOf(": is unknown; if it means ");
        if (misspelt > 0) {
            // The job sets these itself, from the fields of the same name.
            String meant = error.contains("if it means " + MODEL) ? MODEL : MESSAGES;
            if (error.contains("if it means " + meant)) {
                return error.substring(error.startsWith(PARAMS) ? PARAMS.length() : 0, misspelt)
                        + ": is unknown; did you mean %s?".formatted(meant);
            }
        }
        if (error.startsWith(PARAMS)) {
            return error.substring(PARAMS.length());
        }
        if (error.startsWith("sla:")) {
            return MODEL + error.substring("sla".length());
        }
        return error.startsWith("prompt: is missing")
                ? MESSAGES + ": is missing or blank; send a message with a text"
                : error;
    }

    /** The field that an error is about; {@code null} if it names none. */
    public static String param(String error) {
        int end = error.indexOf(": ");
        return end < 1 || error.substring(0, end).contains(" ") ? null : error.substring(0, end);
    }
}
