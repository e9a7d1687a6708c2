package dev.messplus.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.util.Map;

/**
 * A request in a file.
 *
 * @param id of the request; null if it has none
 * @param json the request
 */
record RequestLine(String id, String json) {

    /**
     * Reads a line. A request as JSON stays as it stands, so that the job sees what its sender
     * wrote: repeated names, for example, which it refuses.
     *
     * @param line a request as JSON if it starts with {@code {}, else a prompt
     * @param sla of a request that names none
     * @param number of the line, for errors
     * @throws IllegalArgumentException if the line starts like JSON and is none
     */
    static RequestLine of(String line, String sla, long number) {
        if (!line.startsWith("{")) {
            return new RequestLine(null, Json.text(Map.of("prompt", line, "sla", sla)));
        }
        JsonNode request = parse(line, number);
        return new RequestLine(
                request.path("id").textValue(), request.has("sla") ? line : withSla(line, sla));
    }

    private static String withSla(String object, String sla) {
        String fields = object.substring(1);
        return "{\"sla\":" + Json.text(sla) + (fields.strip().equals("}") ? "" : ",") + fields;
    }

    private static JsonNode parse(String line, long number) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "line %d: must be valid JSON: %s".formatted(number, e.getMessage()), e);
        }
    }
}
