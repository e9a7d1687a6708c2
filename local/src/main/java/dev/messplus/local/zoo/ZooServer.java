package dev.messplus.local.zoo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves models through the part of OpenAI's API that a router needs, on the loopback interface.
 *
 * <ul>
 *   <li>{@code POST /v1/chat/completions} takes {@code model} and {@code messages} and returns one
 *       choice. The prompt is the last message of the user. {@code usage.energy_joules} is the
 *       energy of the answer and {@code usage.energy_source} its source, {@code rapl} or {@code
 *       cpu_time (estimated)}; both are left out while the energy is unknown. {@code
 *       usage.cpu_time_ms} is the CPU time of the thread that computed the answer, and {@code
 *       timings.predicted_ms} how long that took, without the queue before. Tokens are counted as
 *       words.
 *   <li>{@code GET /v1/models} and {@code GET /health}.
 * </ul>
 *
 * <p>Errors have status 400, 404, 405, 413 (more than 1 MiB) or 500. There is no streaming.
 */
public final class ZooServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ZooServer.class);

    private final JsonApi api;
    private final ModelPool pool;
    private final ZooMeter meter;
    private final long createdEpochSeconds = Instant.now().getEpochSecond();

    private ZooServer(JsonApi api, ModelPool pool, ZooMeter meter) {
        this.api = api;
        this.pool = pool;
        this.meter = meter;
    }

    /**
     * Opens the models and starts to serve.
     *
     * @param port the port, or 0 for any free one
     * @param workers answers computed at a time, at least 1; each worker has its own models
     * @param models how to open each model, by the id that requests name, as in {@link
     *     ZooModels#all()}
     * @param wattsPerCore watts of a busy core, above 0; only used if energy cannot be measured
     * @throws IOException if the port is taken
     */
    public static ZooServer start(
            int port, int workers, Map<String, Supplier<ZooModel>> models, double wattsPerCore)
            throws IOException {
        return start(port, workers, models, ZooMeter.open(wattsPerCore));
    }

    /** The same with a meter, which is closed with the server, or at once if the start fails. */
    static ZooServer start(
            int port, int workers, Map<String, Supplier<ZooModel>> models, ZooMeter meter)
            throws IOException {
        JsonApi api = null;
        ModelPool pool;
        try {
            api = new JsonApi(port);
            pool = new ModelPool(workers, models, meter);
        } catch (IOException | RuntimeException e) {
            if (api != null) {
                api.close();
            }
            meter.close();
            throw e;
        }
        var zoo = new ZooServer(api, pool, meter);
        api.route("/v1/chat/completions", "POST", zoo::chatCompletion);
        api.route("/v1/models", "GET", exchange -> zoo.models());
        api.route(
                "/health", "GET", exchange -> JsonApi.JSON.createObjectNode().put("status", "ok"));
        api.route("/", "GET", exchange -> root());
        api.start();
        LOG.info("Serving {} at {} with {} workers", pool.models(), zoo.url(), workers);
        return zoo;
    }

    /** The base URL for clients of OpenAI's API: {@code http://127.0.0.1:<port>/v1}. */
    public URI url() {
        return URI.create("http://" + api.address() + "/v1");
    }

    /** Whether the joules of answers are measured rather than estimated. */
    public boolean measuresEnergy() {
        return meter.measures();
    }

    /** Source of the joules of answers, in words, on one line. */
    public String energy() {
        return meter.toString();
    }

    /** Drops open requests, stops, and frees the models. Idempotent. */
    @Override
    public void close() {
        api.close();
        meter.close(); // answers that are still computed reach no client
        try {
            if (!api.awaitHandlers()) {
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
        var request = ChatRequest.parse(JsonApi.body(exchange));
        if (!pool.models().contains(request.model())) {
            throw new ApiException(
                    404,
                    "model_not_found",
                    "model: must be one of %s, was '%s'".formatted(pool.models(), request.model()));
        }
        try {
            return response(request, pool.complete(request.model(), request.prompt()));
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "invalid_prompt", e.getMessage());
        }
    }

    private static ObjectNode response(ChatRequest request, ModelPool.Completion completion) {
        int promptTokens = words(request.prompt());
        int completionTokens = words(completion.text());
        var response =
                JsonApi.JSON
                        .createObjectNode()
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
        // As llama.cpp reports it.
        response.putObject("timings")
                .put("prompt_ms", 0)
                .put("predicted_ms", completion.cost().workMs());
        var energy = completion.cost().energy();
        if (energy.known()) {
            usage.put("energy_joules", energy.joules()).put("energy_source", energy.source());
        }
        return response;
    }

    private JsonNode models() {
        var response = JsonApi.JSON.createObjectNode().put("object", "list");
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

    /** What a browser shows. */
    private static JsonNode root() {
        return JsonApi.JSON.createObjectNode().put("service", "MESS+ model zoo");
    }

    private static int words(String text) {
        return new StringTokenizer(text).countTokens();
    }
}
