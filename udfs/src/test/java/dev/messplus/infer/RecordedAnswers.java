package dev.messplus.infer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;

/**
 * Answers as model servers give them, in the folder {@code chat-completions} of the test resources.
 * They were written for these tests after what the servers document:
 *
 * <ul>
 *   <li>{@code vllm}: {@code ChatCompletionResponse} in {@code
 *       vllm/entrypoints/openai/chat_completion/protocol.py}; {@code
 *       docs/features/per_request_metrics.md}; {@code FinishReason} in {@code vllm/v1/engine},
 *       whose {@code error} versions of today answer with status 500
 *   <li>{@code llama-cpp}: {@code tools/server/README.md} on {@code POST /v1/chat/completions}
 *   <li>{@code ollama}: {@code ToChatCompletion} in {@code openai/openai.go}
 *   <li>{@code sglang}: {@code ChatCompletionResponse} in {@code
 *       python/sglang/srt/entrypoints/openai/protocol.py}
 *   <li>{@code openai}: the chat completion object of the API reference; the content parts are
 *       those of its assistant message
 * </ul>
 */
public final class RecordedAnswers {

    private RecordedAnswers() {}

    /** The answer in {@code name.json}. */
    public static String json(String name) throws IOException {
        String file = "/chat-completions/" + name + ".json";
        try (InputStream in = RecordedAnswers.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }
}
