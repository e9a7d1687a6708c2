package dev.messplus.local.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server for JSON on the loopback interface. Errors are reported in the format of OpenAI's
 * API: {@code {"error": {"message", "type", "code"}}}.
 */
final class JsonApi implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Logger LOG = LoggerFactory.getLogger(JsonApi.class);

    private static final int MAX_BODY_BYTES = 1 << 20;

    /** What is read of a larger body before it is refused, so that its sender sees the refusal. */
    private static final int MAX_DRAINED_BYTES = 16 << 20;

    /** Threads that read requests and wait for a worker. */
    private static final int THREADS = 64;

    static {
        // Headers and body leave in two writes; with Nagle's algorithm the second waits 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, JsonApi::daemon);

    /** Answers the requests for one path. */
    interface Handler {
        JsonNode handle(HttpExchange exchange)
                throws IOException, InterruptedException, ApiException;
    }

    /**
     * Binds the port; {@link #start} starts to serve.
     *
     * @param port the port, or 0 for any free one
     * @throws IOException if the port is taken
     */
    JsonApi(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
    }

    /** Adds an endpoint. Other methods on the same path are answered with status 405. */
    void route(String path, String method, Handler handler) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        respond(exchange, path, method, handler);
                    }
                });
    }

    void start() {
        server.start();
    }

    /** Host and port, such as {@code 127.0.0.1:8080}. */
    String address() {
        InetSocketAddress address = server.getAddress();
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /**
     * The body of a request.
     *
     * @throws ApiException with status 413 if it exceeds 1 MiB
     */
    static byte[] body(HttpExchange exchange) throws IOException, ApiException {
        var in = exchange.getRequestBody();
        var body = in.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length <= MAX_BODY_BYTES) {
            return body;
        }
        for (int drained = 0, read = 0; read >= 0 && drained < MAX_DRAINED_BYTES; drained += read) {
            read = in.read(body);
        }
        throw new ApiException(
                413,
                "request_too_large",
                "The body must be at most %d bytes".formatted(MAX_BODY_BYTES));
    }

    /** Drops open requests and stops. Idempotent. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** Waits up to a minute for running handlers, and returns whether all have ended. */
    boolean awaitHandlers() throws InterruptedException {
        return threads.awaitTermination(1, TimeUnit.MINUTES);
    }

    private static void respond(HttpExchange exchange, String path, String method, Handler handler)
            throws IOException {
        try {
            check(exchange, path, method);
            send(exchange, 200, handler.handle(exchange));
        } catch (ApiException e) {
            var error = error(e.getMessage(), "invalid_request_error", e.code());
            send(exchange, e.status(), error);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server is closing
        } catch (RuntimeException e) {
            LOG.error("A request failed", e);
            send(exchange, 500, error("The model failed: " + e, "server_error", "internal_error"));
        }
    }

    private static void check(HttpExchange exchange, String path, String method)
            throws ApiException {
        var requested = exchange.getRequestURI().getPath();
        if (!requested.equals(path)) { // the JDK matches by prefix
            throw new ApiException(404, "not_found", "No such path: " + requested);
        }
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            throw new ApiException(
                    405, "method_not_allowed", "%s only takes %s".formatted(path, method));
        }
    }

    private static ObjectNode error(String message, String type, String code) {
        var response = JSON.createObjectNode();
        response.putObject("error").put("message", message).put("type", type).put("code", code);
        return response;
    }

    private static void send(HttpExchange exchange, int status, JsonNode response)
            throws IOException {
        var body = JSON.writeValueAsBytes(response);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "zoo-http");
        thread.setDaemon(true);
        return thread;
    }
}
