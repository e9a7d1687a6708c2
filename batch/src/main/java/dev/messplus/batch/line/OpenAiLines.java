package dev.messplus.batch.line;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.batch.chat.ChatBody;
import dev.messplus.batch.chat.ChatCompletion;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import java.util.Map;
import java.util.Set;

/**
 * Lines as in the input, output and error files of OpenAI's batches.
 *
 * <p>Source: the objects "Request input" and "Request output" of OpenAI's Batch API.
 */
final class OpenAiLines implements LineFormat {

    private static final String CUSTOM_ID = "custom_id";
    private static final String BODY = "body";
    private static final Set<String> FIELDS = Set.of(CUSTOM_ID, "method", "url", BODY);

    /** The id of a line of the results begins with it, as OpenAI's does. */
    private static final String ID = "{\"id\":\"batch_req_";

    private static final int OK = 200;

    private final boolean slaOfLines;

    /**
     * The format.
     *
     * @param slaOfLines whether {@code model} names the SLA of a line; otherwise all lines have the
     *     one that the reader says
     */
    OpenAiLines(boolean slaOfLines) {
        this.slaOfLines = slaOfLines;
    }

    /** Whether a line looks like one of a batch, valid or not. */
    static boolean is(ObjectNode line) {
        return line.has(CUSTOM_ID) || line.has(BODY);
    }

    @Override
    public LineRequest read(byte[] line, String sla) throws InvalidLineException {
        ObjectNode object = StrictJson.object(line);
        String id = CustomIds.of(CUSTOM_ID, object.get(CUSTOM_ID));
        if (id == null) {
            throw new InvalidLineException(null, "custom_id: is missing");
        }
        requireText(object, "method", "POST", id);
        requireText(object, "url", "/v1/chat/completions", id);
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw new InvalidLineException(
                        id, field.getKey() + ": is not a field of a batch's line; leave it out");
            }
        }
        if (!(object.get(BODY) instanceof ObjectNode body)) {
            throw new InvalidLineException(id, "body: must be an object");
        }
        return new LineRequest(id, ChatBody.request(body, slaOfLines ? null : sla));
    }

    private static void requireText(ObjectNode line, String field, String text, String id)
            throws InvalidLineException {
        JsonNode value = line.path(field);
        if (!text.equals(value.textValue())) {
            throw new InvalidLineException(
                    id,
                    "%s: must be \"%s\", was %s"
                            .formatted(field, text, value.isMissingNode() ? "missing" : value));
        }
    }

    @Override
    public String inWordsOfALine(String error) {
        return BODY + "." + ChatBody.error(error);
    }

    @Override
    public String result(LineAnswer answer) {
        Response response = answer.response();
        if (response.isAnswered()) {
            return of(answer, OK, ChatCompletion.of(response, answer.timestampMillis()));
        }
        ApiError error = ApiError.of(response);
        return of(answer, error.status(), error.body());
    }

    private static String of(LineAnswer answer, int status, ObjectNode body) {
        ObjectNode response =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("status_code", status)
                        .put("request_id", answer.id().text());
        response.set(BODY, body);
        return head(answer.id()) + ",\"response\":" + Json.text(response) + ",\"error\":null}";
    }

    @Override
    public String error(RequestId id, String code, String error) {
        return head(id)
                + ",\"response\":null,\"error\":"
                + Json.text(
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("code", code)
                                .put("message", "line %d: %s".formatted(id.line(), error)))
                + "}";
    }

    private static String head(RequestId id) {
        return "%s%s_%d\",\"custom_id\":%s"
                .formatted(ID, id.batch(), id.line(), Json.text(id.customId()));
    }

    @Override
    public long lineOf(String result) {
        int end = result.indexOf('"', ID.length());
        return Long.parseLong(result, result.lastIndexOf('_', end) + 1, end, 10);
    }
}
