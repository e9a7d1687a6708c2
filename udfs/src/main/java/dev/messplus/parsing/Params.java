package dev.messplus.parsing;

import static dev.messplus.parsing.InvalidRecordException.quoted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.DeadLetter.Reason;
import java.util.Set;

/**
 * The parameters that a request passes to the model server.
 *
 * @param json a JSON object; {@code null} for none
 * @param maxTokens maximum completion tokens; 0 if the parameters set none
 */
record Params(String json, int maxTokens) {

    /** In characters of JSON. Parameters are sent with every call; tools and a schema fit in. */
    private static final int MAX_CHARS = 256 << 10;

    /** Fields that the job itself sends to a model server. */
    private static final Set<String> RESERVED = Set.of("model", "messages", "stream", "n");

    /** Checks the field, which may be {@code null} or a JSON null. */
    static Params of(JsonNode params) throws InvalidRecordException {
        if (Fields.isAbsent(params)) {
            return new Params(null, 0);
        }
        if (!params.isObject()) {
            throw new InvalidRecordException(
                    Reason.INVALID_VALUE, "params", "must be an object, was " + quoted(params));
        }
        for (String reserved : RESERVED) {
            if (params.has(reserved)) {
                throw new InvalidRecordException(
                        Reason.INVALID_VALUE,
                        "params." + reserved,
                        "must not be set, because the job sets it; leave it out");
            }
        }
        String json = Fields.json(params);
        Fields.requireAtMost(MAX_CHARS, "characters of JSON", "params", json.length());
        return new Params(json, maxTokens(params));
    }

    /** 0 for anything but a positive integer; the model server rejects what is invalid. */
    private static int maxTokens(JsonNode params) {
        int maxCompletionTokens = positive(params.path("max_completion_tokens"));
        return maxCompletionTokens > 0 ? maxCompletionTokens : positive(params.path("max_tokens"));
    }

    private static int positive(JsonNode value) {
        return value.isIntegralNumber() && value.canConvertToInt()
                ? Math.max(0, value.intValue())
                : 0;
    }
}
