package dev.messplus.infer.openai;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.Usage;
import dev.messplus.energy.UsageBuilder;
import dev.messplus.energy.source.ResponseFigure;
import dev.messplus.record.Json;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.OwnerParams;
import dev.messplus.record.PromptRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** The JSON of OpenAI-compatible chat completions. */
final class ChatJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** vLLM answers 400 to {@code stream_options} without {@code stream}. */
    private static final Set<String> RESERVED =
            Set.of("model", "messages", "stream", "stream_options");

    private static final double MILLIS_PER_SECOND = 1_000;

    private final JsonPointer stated;
    private final JsonPointer statedSource;

    /** Parses responses, including the energy fields if {@code energy} names any. */
    ChatJson(EnergyConfig energy) {
        // The empty pointer is that of the response itself, which is neither a number nor a text.
        ResponseFigure figure = energy instanceof ResponseFigure response ? response : null;
        stated = JsonPointer.compile(figure == null ? "" : figure.pointer());
        statedSource = JsonPointer.compile(figure == null ? "" : figure.sourcePointer());
    }

    /**
     * Writes a request: the model, the messages and the parameters. Parameters cannot replace the
     * model or the messages.
     *
     * @param ofModel what the owner of the model sets of the parameters
     * @param ofSla what the owner of the SLA sets of them
     * @throws IllegalArgumentException if the parameters of the request are not a JSON object
     */
    static CompletionRequest request(
            String model, OwnerParams ofModel, OwnerParams ofSla, PromptRequest request)
            throws IOException {
        ObjectNode body =
                NODES.objectNode()
                        .put("model", model)
                        .putRawValue("messages", new RawValue(requireNonNull(request.messages())));
        if (request.params() != null || !ofModel.isEmpty() || !ofSla.isEmpty()) {
            body.setAll(
                    OwnerParams.merged(ofModel, ofSla, request.params())
                            .<ObjectNode>without(RESERVED));
        }
        return new CompletionRequest(
                Json.MAPPER.writeValueAsBytes(body), body.path("logprobs").asBoolean());
    }

    /**
     * Parses a response. What is missing or not of its documented type counts as unknown, except
     * for the message, which may be empty.
     *
     * @throws IOException if the response is not JSON, or has no object at {@code
     *     choices[0].message}
     */
    Completion completion(byte[] bytes, int length) throws IOException {
        JsonNode root = tree(bytes, length);
        JsonNode choice = root.path("choices").path(0);
        JsonNode message = choice.path("message");
        if (!message.isObject()) {
            throw new IOException("no object at choices[0].message");
        }
        JsonNode logprobs = choice.path("logprobs");
        String refusal = text(message, "refusal");
        String reasoning = text(message, "reasoning_content");
        ModelOutput output =
                new ModelOutput(
                        content(message.path("content")),
                        toolCalls(message),
                        refusal == null ? parts(message.path("content"), "refusal") : refusal,
                        // vLLM, Ollama and gateways name it reasoning; the others as DeepSeek did.
                        reasoning == null ? text(message, "reasoning") : reasoning,
                        logprobs.isObject() ? Json.text(logprobs) : null,
                        text(choice, "finish_reason"));
        return new Completion(text(root, "id"), text(root, "model"), output, usage(root));
    }

    private static JsonNode tree(byte[] bytes, int length) throws IOException {
        try {
            return Json.MAPPER.readTree(bytes, 0, length);
        } catch (IOException e) {
            // Servers that cut a text within a character send bytes that are not UTF-8. As text,
            // they become U+FFFD. What is not JSON fails again.
            return Json.MAPPER.readTree(new String(bytes, 0, length, StandardCharsets.UTF_8));
        }
    }

    /** The text of a content, which may be empty; {@code null} if there is none. */
    private static String content(JsonNode content) {
        return content.isTextual() ? content.textValue() : parts(content, "text");
    }

    /** The texts of all parts of a type, joined; {@code null} if there are none. */
    private static String parts(JsonNode content, String type) {
        if (!content.isArray()) {
            return null;
        }
        StringBuilder texts = new StringBuilder();
        boolean found = false;
        for (JsonNode part : content) {
            JsonNode text = part.path(type);
            if (type.equals(part.path("type").textValue()) && text.isTextual()) {
                texts.append(text.textValue());
                found = true;
            }
        }
        return found ? texts.toString() : null;
    }

    private static String toolCalls(JsonNode message) {
        JsonNode calls = message.path("tool_calls");
        if (!calls.isArray() || calls.isEmpty()) {
            JsonNode function = message.path("function_call");
            if (!function.isObject()) {
                return null;
            }
            // What came before tool_calls. It has no id.
            ObjectNode call = NODES.objectNode().put("type", "function");
            calls = NODES.arrayNode().add(call.set("function", function));
        }
        // Unlike the node's own text, it has unpaired surrogates escaped: no encoder of UTF-8
        // accepts them.
        return Json.text(calls);
    }

    /** A text; {@code null} if it is missing, empty or no text. */
    private static String text(JsonNode object, String name) {
        String text = object.path(name).textValue();
        return text == null || text.isEmpty() ? null : text;
    }

    private Usage usage(JsonNode root) {
        JsonNode usage = root.path("usage");
        Integer cached = tokens(usage.path("prompt_tokens_details"), "cached_tokens");
        return UsageBuilder.builder()
                .promptTokens(tokens(usage, "prompt_tokens"))
                .cachedTokens(cached == null ? tokens(root.path("timings"), "cache_n") : cached)
                .completionTokens(tokens(usage, "completion_tokens"))
                .workSeconds(workSeconds(root))
                .stated(figure(root.at(stated)))
                .statedSource(root.at(statedSource).textValue())
                .build();
    }

    /**
     * How long the server worked on the answer, without the time in its queue: llama.cpp reports it
     * as {@code timings}, and vLLM as {@code metrics} if it runs with {@code
     * --enable-per-request-metrics}. Its time to the first token counts from when the request was
     * scheduled.
     */
    private static double workSeconds(JsonNode root) {
        double millis = sum(root.path("timings"), "prompt_ms", "predicted_ms");
        if (Double.isNaN(millis)) {
            millis = sum(root.path("metrics"), "time_to_first_token_ms", "generation_time_ms");
        }
        return millis / MILLIS_PER_SECOND;
    }

    private static double sum(JsonNode figures, String first, String second) {
        return figure(figures.path(first)) + figure(figures.path(second));
    }

    private static Integer tokens(JsonNode counts, String name) {
        JsonNode node = counts.path(name);
        boolean count = node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
        return count ? (Integer) node.intValue() : null;
    }

    private static double figure(JsonNode node) {
        double figure = node.isNumber() ? node.doubleValue() : Double.NaN;
        return figure >= 0 && Double.isFinite(figure) ? figure : Double.NaN;
    }
}
