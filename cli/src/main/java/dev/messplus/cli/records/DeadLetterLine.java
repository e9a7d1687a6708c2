package dev.messplus.cli.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.record.Json;
import dev.messplus.record.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Writes a dead letter as one line of JSON, for people to mend and for programs. The value of the
 * record comes last, as {@code value} if it is a JSON object, as {@code text} if it is another
 * text, and else in Base64. {@link MendedLine} reads such lines.
 */
public final class DeadLetterLine {

    /** Field with a value that is a JSON object, or null for a tombstone. */
    static final String VALUE = "value";

    /** Field with a value that is another text. */
    static final String TEXT = "text";

    /** Field with a value that is no text. */
    static final String BASE64 = "base64";

    /** Field that says what the record lost because it was too large. */
    static final String INCOMPLETE = "incomplete";

    static final String TOPIC = "topic";
    static final String KEY = "key";
    static final String KEY_BASE64 = "key_base64";
    static final String HEADERS = "headers";
    static final String NAME = "name";

    private static final JsonFactory STRICT =
            JsonFactory.builder().streamReadConstraints(Json.CONSTRAINTS).build();

    private DeadLetterLine() {}

    /** The line, without a newline. */
    public static String of(DeadLetterRecord letter) {
        ObjectNode line =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("when", letter.written().toString())
                        .put("reason", letter.reason())
                        .put("detail", letter.detail());
        putIfKnown(line, "id", letter.id());
        putIfKnown(line, "sla", letter.sla());
        line.put(TOPIC, letter.topic())
                .put("partition", letter.partition())
                .put("offset", letter.offset());
        putIfKnown(line, INCOMPLETE, letter.missing());
        if (letter.kafka().key() != null) {
            putBytes(line, KEY, KEY_BASE64, letter.kafka().key());
        }
        for (RecordHeader header : letter.originalHeaders()) {
            ObjectNode one = line.withArray("/" + HEADERS).addObject().put(NAME, header.name());
            if (header.value() != null) {
                putBytes(one, TEXT, BASE64, header.value());
            }
        }
        putValue(line, letter.kafka().value());
        return line.toString();
    }

    private static void putIfKnown(ObjectNode line, String name, String value) {
        if (!value.isEmpty()) {
            line.put(name, value);
        }
    }

    private static void putValue(ObjectNode line, byte[] value) {
        if (value == null) {
            line.putNull(VALUE);
            return;
        }
        Optional<String> object = utf8(value).filter(DeadLetterLine::isObject);
        if (object.isPresent()) {
            // Line breaks are not allowed within texts of JSON, so these are blanks.
            String oneLine = object.get().strip().replaceAll("[\\r\\n]", " ");
            line.putRawValue(VALUE, new RawValue(oneLine));
        } else {
            putBytes(line, TEXT, BASE64, value);
        }
    }

    private static void putBytes(ObjectNode object, String text, String base64, byte[] value) {
        utf8(value)
                .ifPresentOrElse(
                        decoded -> object.put(text, decoded),
                        () -> object.put(base64, Base64.getEncoder().encodeToString(value)));
    }

    private static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isObject(String text) {
        try (JsonParser json = STRICT.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            json.skipChildren();
            return json.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
