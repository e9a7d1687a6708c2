package dev.messplus.batch.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.record.Json;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads a line as one JSON object, as strictly as the job reads a record. */
public final class StrictJson {

    private static final ObjectReader READER =
            Json.MAPPER.reader().with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    private StrictJson() {}

    /**
     * The object in a text.
     *
     * @throws InvalidLineException if it is no UTF-8, not JSON, has a name twice, or is something
     *     else
     */
    public static ObjectNode object(byte[] line) throws InvalidLineException {
        String text = text(line);
        JsonNode json;
        try {
            json = READER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new InvalidLineException(
                    null,
                    "is not JSON at column %d: %s"
                            .formatted(e.getLocation().getColumnNr(), e.getOriginalMessage()));
        }
        if (!(json instanceof ObjectNode object)) {
            throw new InvalidLineException(null, "must be one JSON object");
        }
        return object;
    }

    static String text(byte[] line) throws InvalidLineException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidLineException(null, "is not valid UTF-8");
        }
    }
}
