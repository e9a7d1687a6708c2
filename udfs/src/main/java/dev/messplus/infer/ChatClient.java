package dev.messplus.infer;

import dev.messplus.record.RecordHeader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.net.URIAuthority;

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

    /** Without a character set, which RFC 8259 does not define for JSON. */
    private static final ContentType JSON = ContentType.create("application/json");

    private static final int EXCERPT_CHARS = 200;
    private static final int EXCERPT_WINDOW_BYTES = 4_096;

    private final ModelConnections connections;
    private final ModelEndpoint endpoint;
    private final int maxResponseBytes;
    private final ChatJson json;
    private final URI url;
    private final List<Header> headers = new ArrayList<>();

    /** A client that parses answers on the threads of {@code connections}. */
    ChatClient(ModelConnections connections, ModelEndpoint endpoint, InferenceConfig config) {
        this.connections = connections;
        this.endpoint = endpoint;
        this.maxResponseBytes = config.maxResponseBytes();
        this.json = ChatJson.of(endpoint.energy());
        this.url = endpoint.chatCompletions();
        // Otherwise the client formats it again for each call.
        headers.add(
                new BasicHeader(
                        HttpHeaders.HOST, new URIAuthority(null, url.getHost(), url.getPort())));
        headers.add(new BasicHeader(HttpHeaders.ACCEPT, "application/json"));
        if (endpoint.apiKey() != null) {
            headers.add(
                    new BasicHeader(
                            HttpHeaders.AUTHORIZATION, "Bearer " + endpoint.apiKey(), true));
        }
    }

    /**
     * Posts a request. There is no timeout; canceling the result closes the connection.
     *
     * @param traced Kafka headers of the request, of which those of a trace are sent
     * @return the completion; fails with an {@link InferenceException}
     */
    CompletableFuture<Completion> post(byte[] body, List<RecordHeader> traced) {
        HttpRequest request = new BasicHttpRequest(Method.POST, url);
        headers.forEach(request::addHeader);
        TraceHeaders.of(traced).forEach(request::addHeader);
        Post post = new Post();
        post.sent =
                connections
                        .http()
                        .execute(
                                new BasicRequestProducer(
                                        request, new BasicAsyncEntityProducer(body, JSON)),
                                new AnswerReader(maxResponseBytes, post::read),
                                post);
        if (post.isCancelled()) {
            post.sent.cancel(true);
        }
        return post;
    }

    /** A request that is being answered. */
    private final class Post extends CompletableFuture<Completion>
            implements FutureCallback<ServerAnswer> {

        private volatile Future<ServerAnswer> sent;

        /** Does nothing: the connection is not free yet. */
        @Override
        public void completed(ServerAnswer answer) {}

        /** Accepts an answer whose connection is free. */
        void read(ServerAnswer answer) {
            Completion completion;
            try {
                completion = completion(answer);
            } catch (RuntimeException e) {
                completeExceptionally(e);
                return;
            }
            complete(completion);
        }

        @Override
        public void failed(Exception failure) {
            if (failure instanceof AnswerReader.TooLong cut) {
                read(cut.answer());
            } else {
                completeExceptionally(broken(failure));
            }
        }

        @Override
        public void cancelled() {
            super.cancel(true);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean canceled = super.cancel(mayInterrupt);
            Future<ServerAnswer> exchange = sent;
            if (canceled && exchange != null) {
                exchange.cancel(true);
            }
            return canceled;
        }
    }

    private Completion completion(ServerAnswer answer) {
        if (!answer.isSuccess()) {
            throw refused(answer);
        }
        if (!answer.whole()) {
            throw InferenceException.ofRequest(
                            endpoint.id()
                                    + " answered more than maxResponseBytes="
                                    + maxResponseBytes
                                    + " bytes")
                    .ofType("response_too_long");
        }
        Completion completion = parsed(answer);
        String finishReason = completion.finishReason();
        if (finishReason != null && UNFINISHED.contains(finishReason)) {
            throw InferenceException.retryable(
                            endpoint.id()
                                    + " did not finish its answer: finish_reason="
                                    + finishReason,
                            0)
                    .ofType("unfinished");
        }
        return completion;
    }

    private Completion parsed(ServerAnswer answer) {
        try {
            return json.completion(answer.bytes(), answer.length());
        } catch (IOException e) {
            // Typical of a wrong URL or a proxy: the same call would fail again.
            throw InferenceException.permanent(
                            endpoint.id()
                                    + " answered "
                                    + answer.status()
                                    + " without a chat completion"
                                    + excerpt(answer))
                    .ofType("invalid_response");
        }
    }

    private InferenceException refused(ServerAnswer answer) {
        return refused(answer, answer.status()).ofType(String.valueOf(answer.status()));
    }

    private InferenceException refused(ServerAnswer answer, int status) {
        String message = endpoint.id() + " answered " + status + excerpt(answer);
        if (REQUEST_FAULTS.contains(status)) {
            return InferenceException.ofRequest(message);
        }
        if (!RETRYABLE.contains(status)) {
            return InferenceException.permanent(message);
        }
        return InferenceException.retryable(
                message, RetryAfter.millis(answer.retryAfter(), Instant.now()));
    }

    private InferenceException broken(Exception cause) {
        String what = printable(endpoint.redact(describe(cause)));
        String message = endpoint.id() + " could not be called: " + what;
        if (cause instanceof ConnectException
                || cause instanceof ConnectTimeoutException
                || cause instanceof UnknownHostException) {
            return InferenceException.unreachable(message);
        }
        InferenceException broken =
                cause instanceof IOException || cause instanceof HttpException
                        ? InferenceException.retryable(message, 0)
                        : InferenceException.permanent(message);
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
        // Of the network, messages are whole sentences.
        return cause instanceof IOException || cause instanceof HttpException
                ? cause.getMessage()
                : name + ": " + cause.getMessage();
    }

    private String excerpt(ServerAnswer answer) {
        int window = Math.min(answer.length(), EXCERPT_WINDOW_BYTES);
        String text = new String(answer.bytes(), 0, window, StandardCharsets.UTF_8);
        if (window < answer.length() && endpoint.apiKey() != null) {
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
