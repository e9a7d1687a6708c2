package dev.messplus.score.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.messplus.record.Json;

/** Reads the JSON of models and senders. */
final class AnswerJson {

    private static final ObjectReader STRICT =
            Json.MAPPER.reader().without(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);

    private AnswerJson() {}

    /**
     * One JSON value (RFC 8259) of at most 64 levels.
     *
     * @param text may be {@code null}
     * @return a {@linkplain JsonNode#isMissingNode missing node} if the text is something else
     */
    static JsonNode read(String text) {
        if (text == null) {
            return MissingNode.getInstance();
        }
        try {
            return STRICT.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
