package dev.messplus.local.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves models over the part of OpenAI's API that a router needs, on the loopback interface.
 *
 * <ul>
 *   <li>{@code POST /v1/chat/completions}: {@code model} and {@code messages} in, one choice out.
 *       The prompt is the user's last message. {@code usage.energy_joules} is the energy of the
 *       answer and {@code usage.energy_source} how it was told, {@code rapl} or {@code cpu_time
 *       (estimated)}; both are left out while it cannot be. {@code usage.cpu_time_ms} is the CPU
 *       time of the thread that computed the answer; tokens are counted as words.
 *   <li>{@code GET /v1/models} and {@code GET /health}.
 * </ul>
 *
 * <p>Errors come as OpenAI's {@code {"error": {"message", "type", "code"}}} with status 400, 404,
 * 405, 413 (more than 1 MiB) or 500. There is no streaming.
 */
public final class ZooServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ZooServer.class);

    private static final int MAX_BODY_BYTES = 1 << 20;

    /** What is still read of a larger body, so that its sender gets to see the refusal. */
    private static final int MAX_DRAINED_BYTES = 16 << 20;

    /** Threads that read requests and wait for a worker. */
    private static final int HTTP_THREADS = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // Headers and body leave in two writes; under Nagle's algorithm the second waits 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService httpThreads;
    private final ModelPool pool;
    private final ZooMeter meter;
    private final long createdEpochSeconds = Instant.now().getEpochSecond();

    private ZooServer(HttpServer server, ModelPool pool, ZooMeter meter) {
        this.server = server;
        this.pool = pool;
        this.meter = meter;
        httpThreads = Executors.newFixedThreadPool(HTTP_THREADS, ZooServer::daemon);
    }

    /**
     * Opens the models and starts to serve.
     *
     * @param port the port, or 0 for any free one
     * @param workers answers computed at once, at least 1; each worker has its own models
     * @param models how to open each model, by the id that requests name, as in {@link
     *     ZooModels#all()}
     * @param wattsPerCore watts of a busy core, above 0; used only if energy cannot be measured
     * @throws IOException if the port is taken
     */
    public static ZooServer start(
            int port, int workers, Map<String, Supplier<ZooModel>> models, double wattsPerCore)
            throws IOException {
        return start(port, workers, models, ZooMeter.open(wattsPerCore));
    }

    /** The same with a meter, which is closed with the server, or at once if there is none. */
    static ZooServer start(
            int port, int workers, Map<String, Supplier<ZooModel>> models, ZooMeter meter)
            throws IOException {
        HttpServer server = null;
        ModelPool pool;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            pool = new ModelPool(workers, models, meter);
        } catch (IOException | RuntimeException e) {
            if (server != null) {
                server.stop(0);
            }
            meter.close();
            throw e;
        }
        var zoo = new ZooServer(server, pool, meter);
        zoo.route("/v1/chat/completions", "POST", zoo::chatCompletion);
        zoo.route("/v1/models", "GET", exchange -> zoo.models());
        zoo.route("/health", "GET", exchange -> JSON.createObjectNode().put("status", "ok"));
        zoo.route("/", "GET", ZooServer::root);
        server.setExecutor(zoo.httpThreads);
        server.start();
        LOG.info("Serving {} at {} with {} workers", pool.models(), zoo.url(), workers);
        return zoo;
    }

    /** The base URL for clients of OpenAI's API: {@code http://127.0.0.1:<port>/v1}. */
    public URI url() {
        var address = server.getAddress();
        return URI.create(
                "http://%s:%d/v1"
                        .formatted(address.getAddress().getHostAddress(), address.getPort()));
    }

    /** Whether the joules in answers are measured, not estimated. */
    public boolean measuresEnergy() {
        return meter.measures();
    }

    /** Where the joules in answers come from, in words, on one line. */
    public String energy() {
        return meter.toString();
    }

    /** Drops open requests, stops and frees the models. Idempotent. */
    @Override
    public void close() {
        server.stop(0);
        httpThreads.shutdownNow();
        meter.close(); // answers still computed are told to nobody
        try {
            if (!httpThreads.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("A model is still answering; its memory is not freed");
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        pool.close();
    }

    private JsonNode chatCompletion(HttpExchange exchange)
            throws IOException, InterruptedException, ApiException {
        var request = ChatRequest.parse(body(exchange));
        if (!pool.models().contains(request.model())) {
            throw new ApiException(
                    404,
                    "model_not_found",
                    "No model '%s' here; there is %s".formatted(request.model(), pool.models()));
        }
        ModelPool.Completion completion;
        try {
            completion = pool.complete(request.model(), request.prompt());
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "invalid_prompt", e.getMessage());
        }
        int promptTokens = words(request.prompt());
        int completionTokens = words(completion.text());

        var response =
                JSON.createObjectNode()
                        .put("id", "chatcmpl-" + UUID.randomUUID())
                        .put("object", "chat.completion")
                        .put("created", Instant.now().getEpochSecond())
                        .put("model", request.model());
        var choice = response.putArray("choices").addObject().put("index", 0);
        choice.putObject("message").put("role", "assistant").put("content", completion.text());
        choice.put("finish_reason", "stop");
        var usage =
                response.putObject("usage")
                        .put("prompt_tokens", promptTokens)
                        .put("completion_tokens", completionTokens)
                        .put("total_tokens", promptTokens + completionTokens)
                        .put("cpu_time_ms", completion.cost().cpuTimeMs());
        var energy = completion.cost().energy();
        if (energy.known()) {
            usage.put("energy_joules", energy.joules()).put("energy_source", energy.source());
        }
        return response;
    }

    private JsonNode models() {
        var response = JSON.createObjectNode().put("object", "list");
        var data = response.putArray("data");
        for (String id : pool.models()) {
            data.addObject()
                    .put("id", id)
                    .put("object", "model")
                    .put("created", createdEpochSeconds)
                    .put("owned_by", "messplus");
        }
        return response;
    }

    /** Catches all paths that are not ours, and tells a browser where it is. */
    private static JsonNode root(HttpExchange exchange) {
        return JSON.createObjectNode().put("service", "MESS+ model zoo");
    }

    private void route(String path, String method, Handler handler) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        respond(exchange, path, method, handler);
                    }
                });
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

    private static byte[] body(HttpExchange exchange) throws IOException, ApiException {
        var in = exchange.getRequestBody();
        var body = in.readNBytes(MAX_BODY_BYTES + 1);
        if (body.length <= MAX_BODY_BYTES) {
            return body;
        }
        for (int drained = 0, read = 0; read >= 0 && drained < MAX_DRAINED_BYTES; drained += read) {
            read = in.read(body);
        }
        throw new ApiException(
                413, "request_too_large", "The body exceeds %d bytes".formatted(MAX_BODY_BYTES));
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

    private static int words(String text) {
        return new StringTokenizer(text).countTokens();
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "zoo-http");
        thread.setDaemon(true);
        return thread;
    }

    private interface Handler {
        JsonNode handle(HttpExchange exchange)
                throws IOException, InterruptedException, ApiException;
    }
}
