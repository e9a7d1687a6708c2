package dev.messplus.serve.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.messplus.batch.BatchStart;
import dev.messplus.batch.chat.ApiError;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.line.InvalidLineException;
import dev.messplus.batch.line.StrictJson;
import dev.messplus.serve.access.Tenant;
import dev.messplus.serve.store.BatchOrder;
import dev.messplus.serve.store.BatchOrderBuilder;
import dev.messplus.serve.store.Store;
import dev.messplus.serve.store.StoredBatch;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code /v1/batches}: orders, lists, shows and cancels batches. */
final class BatchesRoute {

    /** What all lines of a batch ask for. */
    static final String ENDPOINT = "/v1/chat/completions";

    private static final Listing.Size PAGE = new Listing.Size(100, 20);
    private static final long PATIENCE_SECONDS = 10;

    private static final String INPUT = "input_file_id";
    private static final String WINDOW = "completion_window";
    private static final String METADATA = "metadata";
    private static final String EXPIRY = "output_expires_after";
    private static final Set<String> FIELDS = Set.of(INPUT, "endpoint", WINDOW, METADATA, EXPIRY);

    private static final Pattern WINDOWS = Pattern.compile("([1-9][0-9]{0,5})([mhd])");
    private static final Duration LONGEST_WINDOW = Duration.ofDays(7);

    /** OpenAI's limits. */
    private static final int MAX_METADATA = 16;

    private static final int MAX_METADATA_KEY = 64;
    private static final int MAX_METADATA_VALUE = 512;

    private final Store store;
    private final JobTopics topics;
    private final Callers callers;
    private final ExecutorService threads;

    /** Batches of each tenant that are being added. */
    private final Map<String, Integer> ordering = new HashMap<>();

    /**
     * The routes.
     *
     * @param threads wait for the topics of the job
     */
    BatchesRoute(Store store, JobTopics topics, Callers callers, ExecutorService threads) {
        this.store = store;
        this.topics = topics;
        this.callers = callers;
        this.threads = threads;
    }

    void create(RoutingContext call, Tenant tenant) throws InvalidLineException {
        ObjectNode body = StrictJson.object(Replies.body(call));
        BatchOrder order;
        try {
            order = order(body, tenant);
        } catch (IllegalArgumentException e) {
            Replies.error(call, ApiError.invalid(e.getMessage()));
            return;
        }
        if (store.file(tenant.name(), order.inputFileId()).isEmpty()) {
            Replies.error(call, ApiErrors.unknownFile(order.inputFileId()));
            return;
        }
        long open = store.batches(tenant.name()).stream().filter(StoredBatch::isOpen).count();
        if (open + ordering.getOrDefault(tenant.name(), 0) >= tenant.quota().openBatches()) {
            Replies.error(call, ApiErrors.tooManyBatches(tenant.quota().openBatches()));
            return;
        }
        ordering.merge(tenant.name(), 1, Integer::sum);
        var unused =
                add(order)
                        .whenComplete(
                                (added, problem) ->
                                        callers.onLoop(
                                                () -> {
                                                    ordered(tenant);
                                                    if (problem == null) {
                                                        show(call, tenant, added.id());
                                                    } else {
                                                        Replies.error(
                                                                call,
                                                                ApiErrors.unconfirmed(problem));
                                                    }
                                                }));
    }

    private void ordered(Tenant tenant) {
        ordering.computeIfPresent(tenant.name(), (name, count) -> count == 1 ? null : count - 1);
    }

    /** Adds a batch; not for a caller who does not wait any more. */
    private CompletableFuture<BatchOrder> add(BatchOrder order) {
        return CompletableFuture.supplyAsync(() -> BatchStart.now(topics), threads)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .thenApply(start -> BatchOrderBuilder.builder(order).start(start).build())
                .thenCompose(started -> store.add(started).thenApply(done -> started));
    }

    /** The order in a body, which has no start yet. */
    private static BatchOrder order(ObjectNode body, Tenant tenant) {
        for (Map.Entry<String, JsonNode> field : body.properties()) {
            if (!FIELDS.contains(field.getKey()) && !field.getValue().isNull()) {
                throw new IllegalArgumentException(
                        field.getKey() + ": is not a field of a batch; leave it out");
            }
        }
        String endpoint = text(body, "endpoint");
        if (!endpoint.equals(ENDPOINT)) {
            throw new IllegalArgumentException(
                    "endpoint: must be %s, was %s".formatted(ENDPOINT, endpoint));
        }
        String window = text(body, WINDOW);
        long nowSeconds = System.currentTimeMillis() / 1_000;
        return BatchOrderBuilder.builder()
                .tenant(tenant.name())
                .inputFileId(text(body, INPUT))
                .completionWindow(window)
                .metadata(metadata(body.path(METADATA)))
                .outputExpiresAfterSeconds(
                        Expiry.seconds(
                                EXPIRY,
                                body.path(EXPIRY).path("anchor").asText(null),
                                body.path(EXPIRY).path("seconds").asText(null)))
                .createdAtSeconds(nowSeconds)
                .expiresAtSeconds(nowSeconds + window(window).toSeconds())
                .build();
    }

    private static String text(ObjectNode body, String field) {
        JsonNode value = body.path(field);
        if (!value.isTextual()) {
            throw new IllegalArgumentException(
                    "%s: must be a string, was %s"
                            .formatted(field, value.isMissingNode() ? "missing" : value));
        }
        return value.textValue();
    }

    private static Duration window(String text) {
        Matcher parts = WINDOWS.matcher(text);
        Duration window = Duration.ZERO;
        if (parts.matches()) {
            long count = Long.parseLong(parts.group(1));
            window =
                    switch (parts.group(2)) {
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    };
        }
        if (window.isZero() || window.compareTo(LONGEST_WINDOW) > 0) {
            throw new IllegalArgumentException(
                    "%s: must be minutes, hours or days up to %dd, such as 24h, was %s"
                            .formatted(WINDOW, LONGEST_WINDOW.toDays(), text));
        }
        return window;
    }

    private static Map<String, String> metadata(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        boolean valid = node.isObject() && node.size() <= MAX_METADATA;
        Map<String, String> metadata = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String value = entry.getValue().textValue();
            valid &=
                    value != null
                            && value.length() <= MAX_METADATA_VALUE
                            && entry.getKey().length() <= MAX_METADATA_KEY;
            metadata.put(entry.getKey(), value);
        }
        if (!valid) {
            throw new IllegalArgumentException(
                    "%s: must be an object of at most %d strings, with keys of at most %d and values of at most %d characters"
                            .formatted(
                                    METADATA, MAX_METADATA, MAX_METADATA_KEY, MAX_METADATA_VALUE));
        }
        return metadata;
    }

    void list(RoutingContext call, Tenant tenant) {
        Listing.send(call, store.batches(tenant.name()), StoredBatch::id, BatchObject::of, PAGE);
    }

    void get(RoutingContext call, Tenant tenant) {
        show(call, tenant, call.pathParam("batch"));
    }

    void cancel(RoutingContext call, Tenant tenant) {
        with(call, tenant, call.pathParam("batch"), batch -> cancel(call, tenant, batch));
    }

    private void cancel(RoutingContext call, Tenant tenant, StoredBatch batch) {
        if (!batch.isOpen()) {
            Replies.error(call, ApiErrors.batchEnded(batch.status().text()));
        } else if (batch.cancelledAtSeconds() != null) {
            show(call, tenant, batch.id());
        } else {
            callers.then(call, store.cancel(batch), done -> show(call, tenant, batch.id()));
        }
    }

    private void show(RoutingContext call, Tenant tenant, String id) {
        with(call, tenant, id, batch -> Replies.json(call, 200, BatchObject.of(batch)));
    }

    private void with(RoutingContext call, Tenant tenant, String id, Consumer<StoredBatch> action) {
        Optional<StoredBatch> batch = store.batch(tenant.name(), id);
        if (batch.isPresent()) {
            action.accept(batch.get());
        } else {
            Replies.error(call, ApiErrors.unknownBatch(id));
        }
    }
}
