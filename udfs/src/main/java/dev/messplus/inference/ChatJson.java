package dev.messplus.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.energy.Usage;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/** The JSON of OpenAI-compatible chat completions. */
final class ChatJson {

    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();
    private static final Set<String> OURS = Set.of("model", "messages", "stream");
    private static final int ENVELOPE_BYTES = 128;

    private ChatJson() {}

    /**
     * Writes a request: the model, the messages as they are, and the parameters, of which none may
     * stand in for the former.
     *
     * @throws IOException if the parameters are no JSON object
     */
    static byte[] request(String model, PromptRequest request) throws IOException {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(request.messages().length() + ENVELOPE_BYTES);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("model", model);
            json.writeFieldName("messages");
            json.writeRawValue(request.messages());
            if (request.params() != null) {
                copyFields(request.params(), json);
            }
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    /**
     * Reads a response. Missing or senseless figures of usage are unknown; a missing text is an
     * error.
     *
     * @throws IOException if it is not JSON, or has no text at {@code choices[0].message.content}
     */
    static Completion completion(byte[] bytes, int length) throws IOException {
        JsonNode root = Json.MAPPER.readTree(bytes, 0, length);
        JsonNode content = root.path("choices").path(0).path("message").path("content");
        if (!content.isTextual()) {
            throw new IOException("no text at choices[0].message.content");
        }
        JsonNode usage = root.path("usage");
        return new Completion(
                content.textValue(),
                new Usage(
                        tokens(usage.path("prompt_tokens")),
                        tokens(usage.path("completion_tokens")),
                        millis(usage.path("cpu_time_ms"))));
    }

    private static void copyFields(String object, JsonGenerator json) throws IOException {
        try (JsonParser params = FACTORY.createParser(object)) {
            if (params.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("params: must be a JSON object");
            }
            for (String name = params.nextFieldName();
                    name != null;
                    name = params.nextFieldName()) {
                params.nextToken();
                if (OURS.contains(name)) {
                    params.skipChildren();
                } else {
                    json.writeFieldName(name);
                    json.copyCurrentStructure(params);
                }
            }
        }
    }

    private static Integer tokens(JsonNode node) {
        boolean count = node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
        return count ? node.intValue() : null;
    }

    private static double millis(JsonNode node) {
        double millis = node.isNumber() ? node.doubleValue() : Double.NaN;
        return millis >= 0 && Double.isFinite(millis) ? millis : Double.NaN;
    }
}
