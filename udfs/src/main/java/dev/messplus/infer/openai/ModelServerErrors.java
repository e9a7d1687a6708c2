package dev.messplus.infer.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.Json;
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
     * Statuses of the client's side that may be over soon: a timeout, a conflict, too early, too
     * many requests.
     */
    private static final Set<Integer> RETRYABLE_CLIENT_ERRORS = Set.of(408, 409, 425, 429);

    /**
     * Statuses of the server's side that will not be over soon: not implemented, version of HTTP.
     * All others are retryable, among them those that only some send: Cloudflare's 520 to 524, and
     * 529 for overload.
     */
    private static final Set<Integer> PERMANENT_SERVER_ERRORS = Set.of(501, 505);

    /** The request is at fault, not the server. */
    private static final Set<Integer> REQUEST_FAULTS = Set.of(400, 413, 414, 422);

    /**
     * The finish reasons of an answer that the server did not finish: SGLang's, and vLLM's, which
     * calls it retryable and answers 500 today.
     */
    private static final Set<String> UNFINISHED = Set.of("abort", "error");

    /** The code of a 429 that no pause ends: the account is used up. */
    private static final String INSUFFICIENT_QUOTA = "insufficient_quota";

    private static final int FIRST_SERVER_ERROR = 500;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int CONTINUE = 100;
    private static final int LAST_STATUS = 599;
    private static final int EXCERPT_CHARS = 200;
    private static final int EXCERPT_WINDOW_BYTES = 4_096;

    private final ModelEndpoint endpoint;

    ModelServerErrors(ModelEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * A status other than success. A status that is neither retryable nor the request's fault ends
     * the call and counts against the server.
     */
    AttemptException ofStatus(Reply reply) {
        int status = reply.status();
        String type =
                status < CONTINUE || status > LAST_STATUS
                        ? "invalid_status"
                        : String.valueOf(status);
        String message = endpoint.id() + " answered " + status + excerpt(reply);
        if (REQUEST_FAULTS.contains(status)) {
            return AttemptException.ofRequest(message).ofType(type);
        }
        if (status == TOO_MANY_REQUESTS && isOutOfQuota(reply)) {
            return AttemptException.permanent(message).ofType(INSUFFICIENT_QUOTA);
        }
        AttemptException failure =
                isRetryable(status)
                        ? AttemptException.retryable(
                                message, RequestedPause.millis(reply::header, Instant.now()))
                        : AttemptException.permanent(message);
        return failure.ofType(type);
    }

    private static boolean isRetryable(int status) {
        return status >= FIRST_SERVER_ERROR
                ? !PERMANENT_SERVER_ERRORS.contains(status)
                : RETRYABLE_CLIENT_ERRORS.contains(status);
    }

    private static boolean isOutOfQuota(Reply reply) {
        try {
            JsonNode error = Json.MAPPER.readTree(reply.bytes(), 0, reply.length()).path("error");
            return INSUFFICIENT_QUOTA.equals(error.path("code").textValue())
                    || INSUFFICIENT_QUOTA.equals(error.path("type").textValue());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * A body of more than {@code maxBytes}.
     *
     * @param logprobs whether more was read, because the request asks for log probabilities
     */
    AttemptException tooLong(int maxBytes, boolean logprobs) {
        return AttemptException.ofRequest(
                        endpoint.id()
                                + " answered more than "
                                + maxBytes
                                + " bytes ("
                                + (logprobs ? "with logprobs, 16 times " : "")
                                + "inference.maxResponseBytes)")
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
