package dev.messplus.infer.openai;

import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RecordHeader;
import dev.messplus.sharing.Futures;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.net.URIAuthority;

/** Requests chat completions from one server of a model over HTTP. */
public final class ChatClient {

    /** Without a character set, which RFC 8259 does not define for JSON. */
    private static final ContentType JSON = ContentType.create("application/json");

    /** Several times the size of vLLM's page with its histograms. */
    private static final int MAX_PAGE_BYTES = 1 << 20;

    /** How long a page is waited for. */
    private static final long PAGE_MILLIS = 2_000;

    private final ModelConnections connections;
    private final ModelEndpoint endpoint;
    private final InferenceConfig config;
    private final int maxResponseBytes;
    private final ChatJson json;
    private final ModelServerErrors errors;
    private final URI url;
    private final List<Header> headers = new ArrayList<>();

    /**
     * A client that parses answers on the threads of {@code connections}, which are those to the
     * server.
     */
    public ChatClient(
            ModelConnections connections, ModelEndpoint endpoint, InferenceConfig config) {
        this.connections = connections;
        this.endpoint = endpoint;
        this.config = config;
        this.maxResponseBytes = config.maxResponseBytes();
        this.json = new ChatJson(endpoint.energy());
        this.errors = new ModelServerErrors(endpoint);
        this.url = connections.url().chatCompletions();
        // Otherwise the client formats it again for each call.
        headers.add(
                new BasicHeader(
                        HttpHeaders.HOST, new URIAuthority(null, url.getHost(), url.getPort())));
        headers.add(new BasicHeader(HttpHeaders.ACCEPT, "application/json"));
        headers.add(new BasicHeader(HttpHeaders.ACCEPT_ENCODING, "identity"));
        if (endpoint.apiKey() != null) {
            headers.add(
                    endpoint.apiKeyHeader() == null
                            ? new BasicHeader(
                                    HttpHeaders.AUTHORIZATION, "Bearer " + endpoint.apiKey(), true)
                            : new BasicHeader(endpoint.apiKeyHeader(), endpoint.apiKey(), true));
        }
    }

    /** Address of the chat completions. */
    public URI url() {
        return url;
    }

    /**
     * The body of a request.
     *
     * @throws AttemptException if the parameters of the request are not a JSON object
     */
    public CompletionRequest body(PromptRequest request) {
        try {
            return ChatJson.request(
                    endpoint.model(), endpoint.params(), config.params(request.sla()), request);
        } catch (IllegalArgumentException | IOException e) {
            throw AttemptException.ofRequest(
                    endpoint.id() + " was not called: params must be a JSON object");
        }
    }

    /**
     * Posts a request. There is no timeout; canceling the result closes the connection.
     *
     * @param traced Kafka headers of the request, of which those of a trace are sent
     * @return the completion; fails with an {@link AttemptException}
     */
    public CompletableFuture<Completion> post(CompletionRequest body, List<RecordHeader> traced) {
        HttpRequest request = new BasicHttpRequest(Method.POST, url);
        headers.forEach(request::addHeader);
        HttpTraceHeaders.of(traced).forEach(request::addHeader);
        Post post = new Post(body.maxReplyBytes(maxResponseBytes));
        post.exchange.begin(
                connections.http(),
                new BasicRequestProducer(request, new BasicAsyncEntityProducer(body.json(), JSON)),
                new ReplyReader(post.maxBytes, post::read),
                post);
        return post;
    }

    /**
     * The server's page of metrics, if it is at the usual address, {@code /metrics}.
     *
     * @param deadlines ends the wait for a page. The timer of {@link CompletableFuture} is a thread
     *     of the JVM that would keep the class loader of the job
     * @return completes with nothing if the server has no such page, and exceptionally if it sent
     *     none in time
     */
    public CompletableFuture<Optional<ServerPage>> page(Deadlines deadlines) {
        return connections.pages().latest(() -> requestPage(deadlines));
    }

    private CompletableFuture<Optional<ServerPage>> requestPage(Deadlines deadlines) {
        CompletableFuture<Reply> page = new CompletableFuture<>();
        Deadline deadline =
                deadlines.in(PAGE_MILLIS, () -> page.completeExceptionally(new TimeoutException()));
        Futures.whenComplete(page, (reply, failure) -> deadline.cancel());
        Futures.whenComplete(
                CompletableFuture.runAsync(() -> sendForPage(page), connections.executor()),
                (sent, failure) -> {
                    if (failure != null) {
                        page.completeExceptionally(failure);
                    }
                });
        return page.thenApply(ChatClient::page);
    }

    private void sendForPage(CompletableFuture<Reply> page) {
        HttpRequest request = new BasicHttpRequest(Method.GET, connections.url().metrics());
        headers.forEach(request::setHeader);
        request.setHeader(HttpHeaders.ACCEPT, "text/plain");
        ClientExchange exchange = new ClientExchange();
        exchange.begin(
                connections.http(),
                new BasicRequestProducer(request, null),
                new ReplyReader(MAX_PAGE_BYTES, page::complete),
                new PageFailure(page));
        Futures.whenComplete(page, (reply, failure) -> exchange.cancel());
    }

    /** A server that is ill may have a page nevertheless. */
    private static Optional<ServerPage> page(Reply reply) {
        if (reply.status() >= HttpStatus.SC_SERVER_ERROR) {
            throw new IllegalStateException("status " + reply.status());
        }
        return reply.isSuccess() && reply.whole()
                ? ServerPage.parse(reply.text())
                : Optional.empty();
    }

    /** The exchange of a page that brings none. */
    private record PageFailure(CompletableFuture<Reply> page) implements FutureCallback<Reply> {

        @Override
        public void completed(Reply reply) {}

        @Override
        public void failed(Exception failure) {
            page.completeExceptionally(failure);
        }

        @Override
        public void cancelled() {
            page.cancel(false);
        }
    }

    /** A request that is being answered. */
    private final class Post extends CompletableFuture<Completion>
            implements FutureCallback<Reply> {

        /** Largest reply that is read, in bytes. */
        private final int maxBytes;

        private final ClientExchange exchange = new ClientExchange();

        Post(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        /** Does nothing: the connection is not free yet. */
        @Override
        public void completed(Reply reply) {}

        /** Accepts a reply whose connection is free. */
        void read(Reply reply) {
            Completion completion;
            try {
                completion = completion(reply.decompressed(maxBytes), maxBytes);
            } catch (RuntimeException e) {
                completeExceptionally(e);
                return;
            }
            complete(completion);
        }

        @Override
        public void failed(Exception failure) {
            if (failure instanceof ReplyReader.TooLong cut) {
                read(cut.reply());
            } else {
                completeExceptionally(errors.ofConnection(failure));
            }
        }

        @Override
        public void cancelled() {
            super.cancel(true);
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean canceled = super.cancel(mayInterrupt);
            if (canceled) {
                exchange.cancel();
            }
            return canceled;
        }
    }

    private Completion completion(Reply reply, int maxBytes) {
        if (!reply.isSuccess()) {
            throw errors.ofStatus(reply);
        }
        if (!reply.whole()) {
            throw errors.tooLong(maxBytes, maxBytes > maxResponseBytes);
        }
        Completion completion;
        try {
            completion = json.completion(reply.bytes(), reply.length());
        } catch (IOException e) {
            throw errors.notACompletion(reply);
        }
        errors.requireFinished(completion);
        return completion;
    }
}
