package dev.messplus.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * An HTTP server on loopback for tests to give answers. A handler may wait: each call has a thread.
 * Needs nothing but the JDK.
 */
public final class TestServer implements AutoCloseable {

    private static final int BACKLOG = 100;

    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    task -> {
                        Thread thread = new Thread(task, "test-server");
                        thread.setDaemon(true);
                        return thread;
                    });
    private final HttpServer server;

    /** Starts a server on any free port. */
    public TestServer() throws IOException {
        this(0);
    }

    /** Starts a server on a port. */
    public TestServer(int port) throws IOException {
        server =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        server.setExecutor(threads);
        server.start();
    }

    /** Its address, without a trailing slash. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Has calls below a path handled, and closes each exchange afterwards. */
    public TestServer on(String path, HttpHandler handler) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        handler.handle(exchange);
                    }
                });
        return this;
    }

    /** Answers calls below a path with JSON. */
    public TestServer json(String path, Supplier<String> body) {
        return on(path, exchange -> json(exchange, 200, body.get()));
    }

    /** Answers a call with JSON. */
    public static void json(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        send(exchange, status, body);
    }

    /** Answers a call. */
    public static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Interrupts handlers that wait, and waits for them to end. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
