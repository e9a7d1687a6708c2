package dev.messplus.bench.stream;

import dev.messplus.minicluster.Ports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Message;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.impl.bootstrap.AsyncServerBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.http.nio.AsyncRequestConsumer;
import org.apache.hc.core5.http.nio.AsyncServerRequestHandler;
import org.apache.hc.core5.http.nio.entity.DiscardingEntityConsumer;
import org.apache.hc.core5.http.nio.support.AsyncResponseBuilder;
import org.apache.hc.core5.http.nio.support.BasicRequestConsumer;
import org.apache.hc.core5.http.nio.support.BasicServerExchangeHandler;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;

/** Answers every prompt with "yes" after a fixed time, for any number of concurrent calls. */
public final class ModelServer implements AutoCloseable {

    private static final String ANSWER =
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"yes"},"finish_reason":"stop"}],\
            "usage":{"prompt_tokens":2,"completion_tokens":1}}""";

    private static final int BACKLOG = 10_000;

    private final HttpAsyncServer server;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final int port;

    /**
     * Starts a server on loopback.
     *
     * @param port its port; 0 for any free one
     * @param serviceMillis how long an answer takes
     */
    public ModelServer(int port, long serviceMillis) throws IOException {
        server =
                AsyncServerBootstrap.bootstrap()
                        .setIOReactorConfig(
                                IOReactorConfig.custom()
                                        .setIoThreadCount(1)
                                        .setBacklogSize(BACKLOG)
                                        .setTcpNoDelay(true)
                                        .build())
                        // For any path and host; the bootstrap's own router knows one host.
                        .setRequestRouter(
                                (request, context) ->
                                        () ->
                                                new BasicServerExchangeHandler<>(
                                                        new Handler(serviceMillis)))
                        .create();
        server.start();
        try {
            InetSocketAddress address = new InetSocketAddress(Ports.LOOPBACK, port);
            this.port =
                    ((InetSocketAddress) server.listen(address, URIScheme.HTTP).get().getAddress())
                            .getPort();
        } catch (ExecutionException e) {
            close();
            throw new IOException("port " + port + " cannot be used", e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Runs a server until the process is ended: {@code PORT SERVICE_MILLIS}. */
    public static void main(String[] args) throws Exception {
        try (ModelServer server =
                new ModelServer(Integer.parseInt(args[0]), Long.parseLong(args[1]))) {
            System.out.println(server.url());
            Thread.currentThread().join();
        }
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Base URL of its models. */
    public String url() {
        return url(port);
    }

    /** Base URL of the models of a server at a port. */
    static String url(int port) {
        return "http://" + Ports.LOOPBACK + ":" + port + "/v1";
    }

    @Override
    public void close() {
        server.close(CloseMode.IMMEDIATE);
        timer.shutdownNow();
    }

    private final class Handler implements AsyncServerRequestHandler<Message<HttpRequest, Void>> {

        private final long serviceMillis;

        Handler(long serviceMillis) {
            this.serviceMillis = serviceMillis;
        }

        @Override
        public AsyncRequestConsumer<Message<HttpRequest, Void>> prepare(
                HttpRequest request, EntityDetails body, HttpContext context) {
            return new BasicRequestConsumer<>(
                    body == null ? null : new DiscardingEntityConsumer<>());
        }

        @Override
        public void handle(
                Message<HttpRequest, Void> request, ResponseTrigger response, HttpContext context)
                throws HttpException, IOException {
            if (serviceMillis == 0) {
                answer(response, context);
                return;
            }
            var unused =
                    timer.schedule(
                            () -> {
                                answer(response, context);
                                return null;
                            },
                            serviceMillis,
                            TimeUnit.MILLISECONDS);
        }

        private static void answer(ResponseTrigger response, HttpContext context)
                throws HttpException, IOException {
            response.submitResponse(
                    AsyncResponseBuilder.create(HttpStatus.SC_OK)
                            .setEntity(ANSWER, ContentType.APPLICATION_JSON)
                            .build(),
                    context);
        }
    }
}
