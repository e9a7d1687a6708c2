package dev.messplus.batch.line;

import com.fasterxml.jackson.databind.JsonNode;

/** The ids that lines have themselves. */
final class CustomIds {

    private CustomIds() {}

    /** The id in a field; {@code null} if the field is absent or null. */
    static String of(String field, JsonNode value) throws InvalidLineException {
        if (value == null || value.isNull()) {
            return null;
        }
        String id = value.textValue();
        if (id == null || id.isEmpty() || id.length() > RequestId.MAX_CUSTOM_ID_CHARS) {
            throw new InvalidLineException(
                    null,
                    "%s: must be a string of 1 to %d characters"
                            .formatted(field, RequestId.MAX_CUSTOM_ID_CHARS));
        }
        return id;
    }
}
