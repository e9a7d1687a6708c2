package dev.messplus.batch.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.Response;
import dev.messplus.record.TokenCounts;

/**
 * A response of the job as OpenAI's object {@code chat.completion}. {@code model} is the model of
 * the zoo that answered. The object {@code mess} has what OpenAI's API does not: joules and score.
 */
public final class ChatCompletion {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final long MILLIS_PER_SECOND = 1_000;

    private ChatCompletion() {}

    /**
     * The object.
     *
     * @param response of a request that a model answered
     * @param timestampMillis when it was written, in milliseconds since the epoch
     */
    public static ObjectNode of(Response response, long timestampMillis) {
        ObjectNode completion =
                NODES.objectNode()
                        .put("id", "chatcmpl-" + response.id())
                        .put("object", "chat.completion")
                        .put("created", timestampMillis / MILLIS_PER_SECOND)
                        .put("model", response.model());
        completion.putArray("choices").add(choice(response.output()));
        usage(response.tokens(), completion);
        completion.set("mess", mess(response));
        return completion;
    }

    private static ObjectNode choice(ModelOutput output) {
        ObjectNode message =
                NODES.objectNode()
                        .put("role", "assistant")
                        .put("content", output.text())
                        .put("refusal", output.refusal());
        if (output.toolCalls() != null) {
            message.set("tool_calls", raw(output.toolCalls()));
        }
        if (output.reasoningContent() != null) {
            message.put("reasoning_content", output.reasoningContent());
        }
        ObjectNode choice = NODES.objectNode().put("index", 0);
        choice.set("message", message);
        choice.set("logprobs", raw(output.logprobs()));
        return choice.put("finish_reason", finishReason(output));
    }

    /** A client that reads the object strictly finds one there, whatever the model server said. */
    private static String finishReason(ModelOutput output) {
        if (output.finishReason() != null) {
            return output.finishReason();
        }
        return output.toolCalls() == null ? "stop" : "tool_calls";
    }

    private static void usage(TokenCounts tokens, ObjectNode completion) {
        if (tokens.prompt() != null && tokens.completion() != null) {
            completion
                    .putObject("usage")
                    .put("prompt_tokens", tokens.prompt())
                    .put("completion_tokens", tokens.completion())
                    .put("total_tokens", tokens.prompt() + tokens.completion());
        }
    }

    private static ObjectNode mess(Response response) {
        ObjectNode mess =
                NODES.objectNode().put("request_id", response.id()).put("sla", response.sla());
        if (response.isScored()) {
            mess.put("score", response.score());
        }
        if (response.energy().isKnown()) {
            mess.put("energy_joules", response.energy().joules())
                    .put("energy_source", response.energy().source());
        }
        return mess.put("waited_ms", response.waitedMillis())
                .put("latency_ms", response.latencyMillis());
    }

    private static JsonNode raw(String json) {
        return json == null ? NODES.nullNode() : NODES.rawValueNode(new RawValue(json));
    }
}
