package dev.messplus.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.Usage;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The JSON of OpenAI-compatible chat completions. */
final class ChatJson {

    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();
    private static final Set<String> RESERVED = Set.of("model", "messages", "stream");
    private static final int ENVELOPE_BYTES = 128;
    private static final ObjectReader BODY = Json.MAPPER.readerFor(Body.class);

    private final JsonPointer stated;
    private final JsonPointer statedSource;

    private ChatJson(JsonPointer stated, JsonPointer statedSource) {
        this.stated = stated;
        this.statedSource = statedSource;
    }

    /** Parses responses, including the energy fields if {@code energy} names any. */
    static ChatJson of(EnergyConfig energy) {
        return energy instanceof EnergyConfig.Response response
                ? new ChatJson(
                        JsonPointer.compile(response.pointer()),
                        response.sourcePointer() == null
                                ? null
                                : JsonPointer.compile(response.sourcePointer()))
                : new ChatJson(null, null);
    }

    /**
     * Writes a request: the model, the messages and the parameters. Parameters cannot replace the
     * model or the messages.
     *
     * @throws IOException if the parameters are not a JSON object
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
     * Parses a response. Missing or invalid usage counts as unknown.
     *
     * @throws IOException if the response is not JSON, or has no text at {@code
     *     choices[0].message.content}
     */
    Completion completion(byte[] bytes, int length) throws IOException {
        if (stated == null) {
            Body body = BODY.readValue(bytes, 0, length);
            return new Completion(text(body), usage(body, Double.NaN, null));
        }
        // The pointers may point anywhere in the response.
        JsonNode root = Json.MAPPER.readTree(bytes, 0, length);
        Body body = BODY.readValue(root);
        String source = statedSource == null ? null : root.at(statedSource).textValue();
        return new Completion(text(body), usage(body, figure(root.at(stated)), source));
    }

    /** The part of a chat completion that is used. */
    private record Body(List<Choice> choices, JsonNode usage) {}

    private record Choice(Message message) {}

    private record Message(JsonNode content) {}

    private static String text(Body body) throws IOException {
        boolean there =
                body != null
                        && body.choices != null
                        && !body.choices.isEmpty()
                        && body.choices.get(0) != null
                        && body.choices.get(0).message != null
                        && body.choices.get(0).message.content != null
                        && body.choices.get(0).message.content.isTextual();
        if (!there) {
            throw new IOException("no text at choices[0].message.content");
        }
        return body.choices.get(0).message.content.textValue();
    }

    private static Usage usage(Body body, double stated, String source) {
        return Usage.stated(
                tokens(body.usage, "prompt_tokens"),
                tokens(body.usage, "completion_tokens"),
                stated,
                source);
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
                if (RESERVED.contains(name)) {
                    params.skipChildren();
                } else {
                    json.writeFieldName(name);
                    json.copyCurrentStructure(params);
                }
            }
        }
    }

    private static Integer tokens(JsonNode usage, String name) {
        JsonNode node = usage == null ? null : usage.get(name);
        boolean count =
                node != null
                        && node.isIntegralNumber()
                        && node.canConvertToInt()
                        && node.intValue() >= 0;
        return count ? (Integer) node.intValue() : null;
    }

    private static double figure(JsonNode node) {
        double figure = node.isNumber() ? node.doubleValue() : Double.NaN;
        return figure >= 0 && Double.isFinite(figure) ? figure : Double.NaN;
    }
}
