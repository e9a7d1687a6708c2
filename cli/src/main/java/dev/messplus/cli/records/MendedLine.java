package dev.messplus.cli.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.messplus.record.DeadLetterHeaders;
import dev.messplus.record.RecordHeader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A record that is to be sent again, from a line as {@link DeadLetterLine} writes it. A {@code
 * value} is taken as it stands, so that nothing changes but what was mended.
 *
 * @param incomplete what the record lost when it became a dead letter; {@code null} if it is whole
 * @param key key of the record; {@code null} for none
 */
public record MendedLine(
        String topic, String incomplete, byte[] key, List<RecordHeader> headers, byte[] value) {

    private static final JsonFactory FACTORY = new JsonFactory();

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none of {@link DeadLetterLine}; the message says
     *     what to mend
     */
    public static MendedLine of(String line) {
        try (JsonParser json = FACTORY.createParser(line)) {
            return new Reader(line, json).read();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "must be one JSON object; is not JSON at column "
                            + e.getLocation().getColumnNr(),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException("must be one JSON object", e);
        }
    }

    public ProducerRecord<byte[], byte[]> toKafka() {
        ProducerRecord<byte[], byte[]> kafka = new ProducerRecord<>(topic, key, value);
        headers.forEach(header -> kafka.headers().add(header.name(), header.value()));
        return kafka;
    }

    /** Reads the fields of one line. */
    private static final class Reader {

        private final String line;
        private final JsonParser json;
        private final List<RecordHeader> headers = new ArrayList<>();
        private String topic;
        private String incomplete;
        private byte[] key;
        private byte[] value;
        private boolean tombstone;

        Reader(String line, JsonParser json) {
            this.line = line;
            this.json = json;
        }

        MendedLine read() throws IOException {
            require(json.nextToken() == JsonToken.START_OBJECT, "must be one JSON object");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                read(name);
            }
            require(json.nextToken() == null, "must be one JSON object");
            require(topic != null, "topic: is missing");
            require(!tombstone, "value: is null; put the record there, or remove the line");
            require(value != null, "value: is missing; put the record there");
            return new MendedLine(topic, incomplete, key, List.copyOf(headers), value);
        }

        private void read(String name) throws IOException {
            switch (name) {
                case DeadLetterLine.TOPIC -> topic = text(name);
                case DeadLetterLine.INCOMPLETE -> incomplete = text(name);
                case DeadLetterLine.KEY -> key = utf8(text(name));
                case DeadLetterLine.KEY_BASE64 -> key = base64(name);
                case DeadLetterLine.HEADERS -> readHeaders();
                case DeadLetterLine.VALUE -> readValue();
                case DeadLetterLine.TEXT -> setValue(utf8(text(name)));
                case DeadLetterLine.BASE64 -> setValue(base64(name));
                default -> json.skipChildren();
            }
        }

        private void readValue() throws IOException {
            if (json.currentToken() == JsonToken.VALUE_NULL) {
                tombstone = true;
            } else {
                setValue(object());
            }
        }

        private void setValue(byte[] given) {
            require(
                    value == null,
                    "value: must be given once; remove text or base64 if you put the record into"
                            + " value");
            value = given;
        }

        /** An object as it stands. */
        private byte[] object() throws IOException {
            require(
                    json.currentToken() == JsonToken.START_OBJECT,
                    "value: must be a JSON object; use text for anything else");
            int from = (int) json.currentTokenLocation().getCharOffset();
            json.skipChildren();
            int to = (int) json.currentLocation().getCharOffset();
            return utf8(line.substring(from, to));
        }

        private void readHeaders() throws IOException {
            require(json.currentToken() == JsonToken.START_ARRAY, "headers: must be a list");
            while (json.nextToken() == JsonToken.START_OBJECT) {
                RecordHeader header = header();
                if (!header.name().startsWith(DeadLetterHeaders.PREFIX)) {
                    headers.add(header);
                }
            }
            require(
                    json.currentToken() == JsonToken.END_ARRAY,
                    "headers: must be a list of objects");
        }

        private RecordHeader header() throws IOException {
            String name = null;
            byte[] content = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case DeadLetterLine.NAME -> name = text("headers.name");
                    case DeadLetterLine.TEXT -> content = utf8(text("headers.text"));
                    case DeadLetterLine.BASE64 -> content = base64("headers.base64");
                    default -> json.skipChildren();
                }
            }
            require(name != null, "headers.name: is missing");
            return new RecordHeader(name, content);
        }

        private byte[] base64(String field) throws IOException {
            try {
                return Base64.getDecoder().decode(text(field));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(field + ": must be Base64", e);
            }
        }

        private String text(String field) throws IOException {
            require(json.currentToken() == JsonToken.VALUE_STRING, field + ": must be a string");
            return json.getText();
        }

        private static byte[] utf8(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new IllegalArgumentException(message);
            }
        }
    }
}
