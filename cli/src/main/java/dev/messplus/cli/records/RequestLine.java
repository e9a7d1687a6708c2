package dev.messplus.cli.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.messplus.record.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * A request in a file.
 *
 * @param number of the line, from 1
 * @param id of the request; null if it has none
 * @param prompt what to show of it
 */
public record RequestLine(long number, String id, String json, String prompt) {

    private static final JsonNode UNREADABLE = MissingNode.getInstance();

    /**
     * Reads a line. A request as JSON stays as it stands, so that the job sees what its sender
     * wrote: repeated names, for example, which it refuses.
     *
     * @param line a request as JSON if it starts with {@code {}, else a prompt
     * @param sla of a request that names none
     * @throws IllegalArgumentException if the line is a list
     */
    public static RequestLine of(String line, String sla, long number) {
        String text = line.strip();
        JsonNode json = text.startsWith("{") || text.startsWith("[") ? parse(text) : UNREADABLE;
        if (json.isArray()) {
            throw new IllegalArgumentException(
                    "line %d: must be a request as a JSON object, such as {\"prompt\": \"…\"}, or a prompt; was a list"
                            .formatted(number));
        }
        if (!text.startsWith("{")) {
            return new RequestLine(
                    number, null, Json.text(Map.of("prompt", line, "sla", sla)), line);
        }
        return new RequestLine(
                number,
                json.path("id").textValue(),
                json.isObject() && !json.has("sla") ? withSla(text, sla) : text,
                json.path("prompt").asText(text));
    }

    /** The record to send: keyed by its id, if it has one. */
    public ProducerRecord<byte[], byte[]> toKafka(String topic) {
        return new ProducerRecord<>(topic, id == null ? null : utf8(id), utf8(json));
    }

    /**
     * The id by which the response and feedback name the request.
     *
     * @param written where its record was written
     */
    public String id(RecordMetadata written) {
        return id == null
                ? written.topic() + "-" + written.partition() + "-" + written.offset()
                : id;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String withSla(String object, String sla) {
        String fields = object.substring(1);
        return "{\"sla\":" + Json.text(sla) + (fields.strip().equals("}") ? "" : ",") + fields;
    }

    private static JsonNode parse(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return UNREADABLE;
        }
    }
}
