package dev.messplus.cli.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.messplus.record.Json;
import dev.messplus.record.RecordHeader;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
        StringWriter line = new StringWriter();
        try (JsonGenerator json = STRICT.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("when", letter.written().toString());
            json.writeStringField("reason", letter.reason());
            json.writeStringField("detail", letter.detail());
            writeIfKnown(json, "id", letter.id());
            writeIfKnown(json, "sla", letter.sla());
            json.writeStringField(TOPIC, letter.topic());
            json.writeNumberField("partition", letter.partition());
            json.writeNumberField("offset", letter.offset());
            writeIfKnown(json, INCOMPLETE, letter.missing());
            if (letter.kafka().key() != null) {
                writeBytes(json, KEY, KEY_BASE64, letter.kafka().key());
            }
            writeHeaders(json, letter);
            writeValue(json, letter.kafka().value());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    private static void writeIfKnown(JsonGenerator json, String name, String value)
            throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private static void writeHeaders(JsonGenerator json, DeadLetterRecord letter)
            throws IOException {
        if (letter.originalHeaders().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart(HEADERS);
        for (RecordHeader header : letter.originalHeaders()) {
            json.writeStartObject();
            json.writeStringField(NAME, header.name());
            if (header.value() != null) {
                writeBytes(json, TEXT, BASE64, header.value());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeValue(JsonGenerator json, byte[] value) throws IOException {
        if (value == null) {
            json.writeNullField(VALUE);
            return;
        }
        Optional<String> text = utf8(value);
        if (text.isPresent() && isObject(text.get())) {
            json.writeFieldName(VALUE);
            // Line breaks are not allowed within texts of JSON, so these are blanks.
            json.writeRawValue(text.get().strip().replaceAll("[\\r\\n]", " "));
        } else {
            writeBytes(json, TEXT, BASE64, value);
        }
    }

    private static void writeBytes(JsonGenerator json, String text, String base64, byte[] value)
            throws IOException {
        Optional<String> decoded = utf8(value);
        if (decoded.isPresent()) {
            json.writeStringField(text, decoded.get());
        } else {
            json.writeStringField(base64, Base64.getEncoder().encodeToString(value));
        }
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
