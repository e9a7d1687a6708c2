package dev.messplus.record;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import java.io.IOException;

/** Reads any JSON value as its text, the inverse of {@code @JsonRawValue}. */
final class RawJson extends JsonDeserializer<String> {

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context)
            throws IOException {
        // Not the parser's own readValueAsTree: it takes the rest of the record for trailing
        // tokens.
        return context.readTree(parser).toString();
    }
}
