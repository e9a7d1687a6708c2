package dev.messplus.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Answers every prompt with "yes" after a fixed time, for any number of concurrent calls. */
final class ModelServer implements AutoCloseable {

    private static final byte[] ANSWER =
            """
            {"choices":[{"index":0,"message":{"role":"assistant","content":"yes"}}],
             "usage":{"prompt_tokens":2,"completion_tokens":1}}"""
                    .getBytes(StandardCharsets.UTF_8);

    static {
        // The server writes head and body of an answer separately, and Nagle's algorithm would
        // delay the second.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Closes no idle connection of thousands; the default keeps 200.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "20000");
    }

    private final long serviceMillis;
    private final HttpServer server;
    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService writers = Executors.newScheduledThreadPool(2);

    /** Starts a server that takes {@code serviceMillis} for an answer. */
    ModelServer(long serviceMillis) throws IOException {
        this.serviceMillis = serviceMillis;
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10_000);
        server.setExecutor(readers);
        server.createContext("/v1/chat/completions", this::answerLater);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    private void answerLater(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        if (serviceMillis == 0) {
            answer(exchange);
            return;
        }
        var unused = writers.schedule(() -> answer(exchange), serviceMillis, TimeUnit.MILLISECONDS);
    }

    private static void answer(HttpExchange exchange) {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, ANSWER.length);
            exchange.getResponseBody().write(ANSWER);
        } catch (IOException e) {
            // The caller was cancelled together with its job.
        }
    }

    @Override
    public void close() {
        server.stop(0);
        readers.shutdownNow();
        writers.shutdownNow();
    }
}
