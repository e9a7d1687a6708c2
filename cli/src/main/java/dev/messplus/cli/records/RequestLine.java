package dev.messplus.cli.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
 * @param json the request
 * @param prompt what to show of it
 */
public record RequestLine(long number, String id, String json, String prompt) {

    /**
     * Reads a line. A request as JSON stays as it stands, so that the job sees what its sender
     * wrote: repeated names, for example, which it refuses.
     *
     * @param line a request as JSON if it starts with {@code {}, else a prompt
     * @param sla of a request that names none
     * @param number of the line, for errors
     * @throws IllegalArgumentException if the line starts like JSON and is none
     */
    public static RequestLine of(String line, String sla, long number) {
        if (!line.startsWith("{")) {
            String json = Json.text(Map.of("prompt", line, "sla", sla));
            return new RequestLine(number, null, json, line);
        }
        JsonNode request = parse(line, number);
        return new RequestLine(
                number,
                request.path("id").textValue(),
                request.has("sla") ? line : withSla(line, sla),
                request.path("prompt").isTextual() ? request.get("prompt").asText() : line);
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

    private static JsonNode parse(String line, long number) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "line %d: must be valid JSON: %s (column %d)"
                            .formatted(
                                    number, e.getOriginalMessage(), e.getLocation().getColumnNr()),
                    e);
        }
    }
}
