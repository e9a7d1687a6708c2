package dev.messplus.infer.openai;

import dev.messplus.infer.config.ModelEndpoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.HttpException;

/**
 * What the errors of one model's server mean: whether the same call may succeed soon, and whether
 * the server is to blame.
 */
final class ModelServerErrors {

    /**
     * Statuses of an attempt that may succeed soon. A status that is neither here nor in {@link
     * #REQUEST_FAULTS} ends the call and counts against the server.
     */
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

    private final ModelEndpoint endpoint;

    ModelServerErrors(ModelEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** A status other than success. */
    AttemptException ofStatus(Reply reply) {
        return ofStatus(reply, reply.status()).ofType(String.valueOf(reply.status()));
    }

    private AttemptException ofStatus(Reply reply, int status) {
        String message = endpoint.id() + " answered " + status + excerpt(reply);
        if (REQUEST_FAULTS.contains(status)) {
            return AttemptException.ofRequest(message);
        }
        if (!RETRYABLE.contains(status)) {
            return AttemptException.permanent(message);
        }
        return AttemptException.retryable(
                message, RetryAfter.millis(reply.retryAfter(), Instant.now()));
    }

    /** A body of more than {@code maxBytes}. */
    AttemptException tooLong(int maxBytes) {
        return AttemptException.ofRequest(
                        endpoint.id()
                                + " answered more than maxResponseBytes="
                                + maxBytes
                                + " bytes")
                .ofType("response_too_long");
    }

    /** A body that is no chat completion: typical of a wrong URL or a proxy. */
    AttemptException notACompletion(Reply reply) {
        return AttemptException.permanent(
                        endpoint.id()
                                + " answered "
                                + reply.status()
                                + " without a chat completion"
                                + excerpt(reply))
                .ofType("invalid_response");
    }

    /**
     * Checks that the server has finished the answer.
     *
     * @throws AttemptException if it has not
     */
    void requireFinished(Completion completion) {
        String finishReason = completion.output().finishReason();
        if (finishReason != null && UNFINISHED.contains(finishReason)) {
            throw AttemptException.retryable(
                            endpoint.id()
                                    + " did not finish its answer: finish_reason="
                                    + finishReason,
                            0)
                    .ofType("unfinished");
        }
    }

    /** A connection that could not be made, or broke. */
    AttemptException ofConnection(Exception cause) {
        String what = printable(endpoint.redact(describe(cause)));
        String message = endpoint.id() + " could not be called: " + what;
        if (cause instanceof ConnectException
                || cause instanceof ConnectTimeoutException
                || cause instanceof UnknownHostException) {
            return AttemptException.unreachable(message);
        }
        AttemptException broken =
                isOfNetwork(cause)
                        ? AttemptException.retryable(message, 0)
                        : AttemptException.permanent(message);
        return broken.ofType(cause.getClass().getName());
    }

    private static String describe(Exception cause) {
        String name = cause.getClass().getSimpleName();
        if (cause.getMessage() == null) {
            return name;
        }
        if (cause instanceof UnknownHostException) {
            return "unknown host " + cause.getMessage();
        }
        // The messages of network errors are whole sentences.
        return isOfNetwork(cause) ? cause.getMessage() : name + ": " + cause.getMessage();
    }

    private static boolean isOfNetwork(Exception cause) {
        return cause instanceof IOException || cause instanceof HttpException;
    }

    private String excerpt(Reply reply) {
        int window = Math.min(reply.length(), EXCERPT_WINDOW_BYTES);
        String text = new String(reply.bytes(), 0, window, StandardCharsets.UTF_8);
        if (window < reply.length() && endpoint.apiKey() != null) {
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
