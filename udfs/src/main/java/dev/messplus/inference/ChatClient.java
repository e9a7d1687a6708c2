package dev.messplus.inference;

import dev.messplus.http.BoundedBody;
import dev.messplus.record.RecordHeader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Requests chat completions from one model's server over HTTP. */
final class ChatClient {

    private static final Set<Integer> RETRYABLE = Set.of(408, 429, 500, 502, 503, 504);

    /** The request is at fault, not the server. */
    private static final Set<Integer> REQUEST_FAULTS = Set.of(400, 413, 414, 422);

    /**
     * The finish reasons of an answer that the server did not finish: SGLang's, and vLLM's, which
     * calls it retryable and answers 500 today.
     */
    private static final Set<String> UNFINISHED = Set.of("abort", "error");

    private static final int EXCERPT_CHARS = 200;
    private static final int EXCERPT_WINDOW_BYTES = 4_096;

    private final HttpClient http;
    private final Executor executor;
    private final ModelEndpoint endpoint;
    private final int maxResponseBytes;
    private final ChatJson json;
    private final HttpRequest.Builder template;

    /** A client that parses responses on the threads of {@code connections}. */
    ChatClient(ModelConnections connections, ModelEndpoint endpoint, InferenceConfig config) {
        this.http = connections.http();
        this.executor = connections.executor();
        this.endpoint = endpoint;
        this.maxResponseBytes = config.maxResponseBytes();
        this.json = ChatJson.of(endpoint.energy());
        this.template =
                HttpRequest.newBuilder(endpoint.chatCompletions())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json");
        if (endpoint.apiKey() != null) {
            template.header("Authorization", "Bearer " + endpoint.apiKey());
        }
    }

    /**
     * Posts a request. There is no timeout; canceling the result closes the connection.
     *
     * @param headers Kafka headers of the request, of which those of a trace are sent
     * @return the completion; fails with an {@link InferenceException}
     */
    CompletableFuture<Completion> post(byte[] body, List<RecordHeader> headers) {
        HttpRequest.Builder builder =
                template.copy().POST(HttpRequest.BodyPublishers.ofByteArray(body));
        TraceHeaders.of(headers).forEach(builder::setHeader);
        HttpRequest request = builder.build();
        // Otherwise the JDK would continue in the common pool.
        return http.sendAsync(request, BoundedBody.upTo(maxResponseBytes))
                .handleAsync(this::completion, executor);
    }

    private Completion completion(HttpResponse<BoundedBody> response, Throwable failure) {
        if (failure != null) {
            throw broken(failure);
        }
        BoundedBody body = response.body();
        int status = response.statusCode();
        if (status < 200 || status > 299) {
            throw refused(status, response, body);
        }
        if (!body.whole) {
            throw InferenceException.ofRequest(
                    endpoint.id()
                            + " answered more than maxResponseBytes="
                            + maxResponseBytes
                            + " bytes");
        }
        Completion completion = completion(status, body);
        String finishReason = completion.finishReason();
        if (finishReason != null && UNFINISHED.contains(finishReason)) {
            throw InferenceException.retryable(
                    endpoint.id() + " did not finish its answer: finish_reason=" + finishReason, 0);
        }
        return completion;
    }

    private Completion completion(int status, BoundedBody body) {
        try {
            return json.completion(body.bytes, body.length);
        } catch (IOException e) {
            // Typical of a wrong URL or a proxy: the same call would fail again.
            throw InferenceException.permanent(
                    endpoint.id()
                            + " answered "
                            + status
                            + " without a chat completion"
                            + excerpt(body));
        }
    }

    private InferenceException refused(
            int status, HttpResponse<BoundedBody> response, BoundedBody body) {
        String message = endpoint.id() + " answered " + status + excerpt(body);
        if (REQUEST_FAULTS.contains(status)) {
            return InferenceException.ofRequest(message);
        }
        if (!RETRYABLE.contains(status)) {
            return InferenceException.permanent(message);
        }
        String retryAfter = response.headers().firstValue("Retry-After").orElse("");
        return InferenceException.retryable(message, RetryAfter.millis(retryAfter, Instant.now()));
    }

    private RuntimeException broken(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        String what = cause.getClass().getSimpleName();
        if (cause.getMessage() != null) {
            what += ": " + printable(endpoint.redact(cause.getMessage()));
        }
        String message = endpoint.id() + " could not be called: " + what;
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return InferenceException.unreachable(message);
        }
        return cause instanceof IOException
                ? InferenceException.retryable(message, 0)
                : InferenceException.permanent(message);
    }

    private String excerpt(BoundedBody body) {
        int window = Math.min(body.length, EXCERPT_WINDOW_BYTES);
        String text = new String(body.bytes, 0, window, StandardCharsets.UTF_8);
        if (window < body.length && endpoint.apiKey() != null) {
            // The excerpt may end within the key, where redaction does not find it.
            text = text.substring(0, Math.max(0, text.length() - endpoint.apiKey().length()));
        }
        String shown = printable(endpoint.redact(text));
        return shown.isEmpty() ? "" : ": " + shown;
    }

    private static String printable(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= EXCERPT_CHARS ? line : line.substring(0, EXCERPT_CHARS) + "…";
    }
}
