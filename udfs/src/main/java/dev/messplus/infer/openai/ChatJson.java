package dev.messplus.infer.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.Usage;
import dev.messplus.energy.UsageBuilder;
import dev.messplus.energy.source.ResponseFigure;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Set;

/** The JSON of OpenAI-compatible chat completions. */
final class ChatJson {

    private static final JsonFactory FACTORY = Json.MAPPER.getFactory();

    /** vLLM answers 400 to {@code stream_options} without {@code stream}. */
    private static final Set<String> RESERVED =
            Set.of("model", "messages", "stream", "stream_options");

    private static final int ENVELOPE_BYTES = 128;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final JsonPointer stated;
    private final JsonPointer statedSource;

    private ChatJson(JsonPointer stated, JsonPointer statedSource) {
        this.stated = stated;
        this.statedSource = statedSource;
    }

    /** Parses responses, including the energy fields if {@code energy} names any. */
    static ChatJson of(EnergyConfig energy) {
        return energy instanceof ResponseFigure response
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
     * Parses a response. What is missing or not of its documented type counts as unknown, except
     * for the message, which may be empty.
     *
     * @throws IOException if the response is not JSON, or has no object at {@code
     *     choices[0].message}
     */
    Completion completion(byte[] bytes, int length) throws IOException {
        if (stated == null) {
            try (JsonParser json = FACTORY.createParser(bytes, 0, length)) {
                return completion(ChatBody.read(json), Double.NaN, null);
            }
        }
        // The pointers may point anywhere in the response.
        JsonNode root = Json.MAPPER.readTree(bytes, 0, length);
        ChatBody body = ChatBody.read(root.traverse(Json.MAPPER));
        String source = statedSource == null ? null : root.at(statedSource).textValue();
        return completion(body, figure(root.at(stated)), source);
    }

    private static Completion completion(ChatBody body, double stated, String source) {
        ChatBody.Message message = body.message();
        String refusal = text(message.refusal());
        String reasoning = text(message.reasoningContent());
        return CompletionBuilder.builder()
                .id(text(body.name().id()))
                .model(text(body.name().model()))
                .content(content(message.content()))
                .toolCalls(toolCalls(message))
                .refusal(refusal == null ? parts(message.content(), "refusal") : refusal)
                // vLLM, Ollama and gateways name it reasoning; the others as DeepSeek did.
                .reasoningContent(reasoning == null ? text(message.reasoning()) : reasoning)
                .finishReason(text(body.finishReason()))
                .usage(usage(body, stated, source))
                .build();
    }

    /** The text of a content, which may be empty; {@code null} if there is none. */
    private static String content(JsonNode content) {
        return content != null && content.isTextual()
                ? content.textValue()
                : parts(content, "text");
    }

    /** The texts of all parts of a type, joined; {@code null} if there are none. */
    private static String parts(JsonNode content, String type) {
        if (content == null || !content.isArray()) {
            return null;
        }
        StringBuilder texts = new StringBuilder();
        boolean found = false;
        for (JsonNode part : content) {
            JsonNode text = part.get(type);
            if (type.equals(part.path("type").textValue()) && text != null && text.isTextual()) {
                texts.append(text.textValue());
                found = true;
            }
        }
        return found ? texts.toString() : null;
    }

    private static String toolCalls(ChatBody.Message message) {
        JsonNode calls = message.toolCalls();
        if (calls == null || !calls.isArray() || calls.isEmpty()) {
            if (message.functionCall() == null || !message.functionCall().isObject()) {
                return null;
            }
            // What came before tool_calls. It has no id.
            ObjectNode call = JsonNodeFactory.instance.objectNode().put("type", "function");
            calls =
                    JsonNodeFactory.instance
                            .arrayNode()
                            .add(call.set("function", message.functionCall()));
        }
        // Unlike the node's own text, it has unpaired surrogates escaped: no encoder of UTF-8
        // accepts them.
        return Json.text(calls);
    }

    /** A text; {@code null} if it is empty or no text. */
    private static String text(JsonNode node) {
        String text = node == null ? null : node.textValue();
        return text == null || text.isEmpty() ? null : text;
    }

    private static Usage usage(ChatBody body, double stated, String source) {
        JsonNode details = body.usage() == null ? null : body.usage().get("prompt_tokens_details");
        Integer cached = tokens(details, "cached_tokens");
        return UsageBuilder.builder()
                .promptTokens(tokens(body.usage(), "prompt_tokens"))
                .cachedTokens(cached == null ? tokens(body.timings(), "cache_n") : cached)
                .completionTokens(tokens(body.usage(), "completion_tokens"))
                .workSeconds(workSeconds(body))
                .stated(stated)
                .statedSource(source)
                .build();
    }

    /**
     * How long the server worked on the answer, without the time in its queue: llama.cpp reports it
     * as {@code timings}, and vLLM as {@code metrics} if it runs with {@code
     * --enable-per-request-metrics}. Its time to the first token counts from when the request was
     * scheduled.
     */
    private static double workSeconds(ChatBody body) {
        double millis = sum(body.timings(), "prompt_ms", "predicted_ms");
        if (Double.isNaN(millis)) {
            millis = sum(body.metrics(), "time_to_first_token_ms", "generation_time_ms");
        }
        return millis / MILLIS_PER_SECOND;
    }

    private static double sum(JsonNode figures, String first, String second) {
        return figures == null
                ? Double.NaN
                : figure(figures.path(first)) + figure(figures.path(second));
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

    private static Integer tokens(JsonNode counts, String name) {
        JsonNode node = counts == null ? null : counts.get(name);
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
