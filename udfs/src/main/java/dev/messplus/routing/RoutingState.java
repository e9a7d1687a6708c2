package dev.messplus.routing;

import dev.messplus.core.MessPlus;
import dev.messplus.core.ModelState;
import dev.messplus.core.PendingRequest;
import dev.messplus.core.Policy;
import dev.messplus.core.ScoreWindow;
import dev.messplus.core.SharedState;
import dev.messplus.core.SlaState;
import dev.messplus.routing.Shards.Shard;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * All state of the routing, keyed by SLA, or by shard where an SLA is split, see {@link Shards}.
 *
 * <table>
 *   <caption>State, by name</caption>
 *   <tr><th>state</th><th>holds</th><th>size</th><th>life</th></tr>
 *   <tr><td>{@code sla}</td><td>Q, D, t and sums; what was sent to each model</td><td>200 bytes,
 *       and an id and 20 bytes per model</td><td>the SLA's</td></tr>
 *   <tr><td>{@code shared}</td><td>what models have in common</td><td>8 KB for 42 features; 4 bytes
 *       per feature squared</td><td>the SLA's</td></tr>
 *   <tr><td>{@code models}</td><td>predictor and estimator per model</td><td>the same per
 *       model</td><td>the model's; a model that left the zoo is dropped when the job starts without
 *       it</td></tr>
 *   <tr><td>{@code window}</td><td>sums of the sliding window</td><td>1 KB</td><td>the SLA's</td></tr>
 *   <tr><td>{@code pending}</td><td>request by id until its labels are in</td><td>4 bytes per
 *       feature and request</td><td>at most the feedback timeout</td></tr>
 *   <tr><td>{@code order}</td><td>id by t of the pending requests</td><td>an id per request</td>
 *       <td>its pending request's</td></tr>
 *   <tr><td>{@code expiry}</td><td>head of that order and its timer</td><td>24 bytes</td><td>the
 *       SLA's</td></tr>
 *   <tr><td>{@code seen}</td><td>when a request was decided, by id</td><td>an id and 16 bytes per
 *       request</td><td>the repeat window; then the next compaction drops it</td></tr>
 * </table>
 *
 * <p>All but {@code pending}, {@code order} and {@code seen} live on the heap, in the {@link
 * Routing} of each key, and are written when a checkpoint is taken, if they changed since the last
 * one. Of the others, a decision reads whether its id is new.
 */
final class RoutingState {

    /** For requests of an SLA that left the configuration while they were on their way. */
    private static final Policy NO_PROMISE = Policy.stream(0);

    private static final String SLA = "sla";
    private static final String SHARED = "shared";
    private static final String MODELS = "models";
    private static final String WINDOW = "window";
    private static final String PENDING = "pending";
    private static final String ORDER = "order";
    private static final String SEEN = "seen";

    private static final long CLEANUP_AFTER_ENTRIES = 10_000;

    /** Name of the state that every SLA with a history has. */
    static final String EXPIRY = "expiry";

    private final RoutingConfig config;
    private final List<String> zoo;
    private final Shards shards;
    private final Consumer<Routing> onLoad;
    private final ValueState<SlaState> sla;
    private final ValueState<SharedState> shared;
    private final MapState<String, ModelState> models;
    private final ValueState<ScoreWindow> window;
    private final MapState<String, PendingRequest> pending;
    private final MapState<Long, String> order;
    private final ValueState<ExpiryQueue> expiry;

    private final MapState<String, Long> seen;

    private final Map<String, Routing> routings = new LinkedHashMap<>();

    /** What is known under one key, and whether the state knows it, too. */
    static final class Routing {

        private final Shard shard;
        private final MessPlus algorithm;
        private final ExpiryQueue expiry;

        private boolean changed;

        private Routing(Shard shard, MessPlus algorithm, ExpiryQueue expiry) {
            this.shard = shard;
            this.algorithm = algorithm;
            this.expiry = expiry;
        }

        /** What has this key. */
        Shard shard() {
            return shard;
        }

        MessPlus algorithm() {
            return algorithm;
        }

        ExpiryQueue expiry() {
            return expiry;
        }

        /** Has the next checkpoint write it. */
        void changed() {
            changed = true;
        }
    }

    /**
     * State of the operator in {@code context}.
     *
     * @param onLoad told of every key once: when it is restored, or has its first request
     */
    RoutingState(RuntimeContext context, RoutingConfig config, Consumer<Routing> onLoad) {
        this.config = config;
        this.onLoad = onLoad;
        this.zoo = config.modelIds();
        this.shards = config.shards();
        sla = context.getState(new ValueStateDescriptor<>(SLA, SlaState.class));
        shared = context.getState(new ValueStateDescriptor<>(SHARED, SharedState.class));
        models =
                context.getMapState(
                        new MapStateDescriptor<>(
                                MODELS, Types.STRING, TypeInformation.of(ModelState.class)));
        window = context.getState(new ValueStateDescriptor<>(WINDOW, ScoreWindow.class));
        pending =
                context.getMapState(
                        new MapStateDescriptor<>(
                                PENDING, Types.STRING, TypeInformation.of(PendingRequest.class)));
        order = context.getMapState(new MapStateDescriptor<>(ORDER, Types.LONG, Types.STRING));
        expiry = context.getState(new ValueStateDescriptor<>(EXPIRY, ExpiryQueue.class));
        var seenDescriptor = new MapStateDescriptor<>(SEEN, Types.STRING, Types.LONG);
        seenDescriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(
                                Duration.ofMillis(Math.max(1, config.longestRepeatWindowMillis())))
                        .cleanupInRocksdbCompactFilter(CLEANUP_AFTER_ENTRIES)
                        .build());
        seen = context.getMapState(seenDescriptor);
    }

    /** What is known under the current key. */
    Routing routing(String key) throws Exception {
        Routing routing = routings.get(key);
        if (routing == null) {
            routing = load(key);
            routings.put(key, routing);
            onLoad.accept(routing);
        }
        return routing;
    }

    /** Everything that was asked for, or restored. */
    Collection<Routing> routings() {
        return routings.values();
    }

    /** Whether a shard of the configuration has this key. */
    boolean isConfigured(String key) {
        return shards.shard(key) != null;
    }

    private Routing load(String key) throws Exception {
        SlaState known = sla.value();
        SharedState knownShared = shared.value();
        ScoreWindow knownWindow = window.value();
        ExpiryQueue knownExpiry = expiry.value();
        ModelState[] states = new ModelState[zoo.size()];
        for (int i = 0; i < states.length; i++) {
            ModelState state = models.get(zoo.get(i));
            states[i] = state == null ? new ModelState() : state;
            states[i].energy.priorJoules = config.zoo().get(i).priorJoules();
            states[i].energy.priorJoulesPerToken = config.zoo().get(i).priorJoulesPerToken();
        }
        Shard shard = isConfigured(key) ? shards.shard(key) : new Shard(key, 0, 1);
        MessPlus algorithm =
                new MessPlus(
                        config.slas().getOrDefault(shard.sla(), NO_PROMISE),
                        zoo,
                        known == null ? new SlaState() : known,
                        knownShared == null ? new SharedState() : knownShared,
                        states,
                        knownWindow == null ? new ScoreWindow() : knownWindow);
        Routing routing =
                new Routing(
                        shard, algorithm, knownExpiry == null ? new ExpiryQueue() : knownExpiry);
        routing.changed = algorithm.embedWith(config.embedding()) | hasModelThatLeft();
        return routing;
    }

    /** Whether the state knows of a model which it is to forget. */
    private boolean hasModelThatLeft() throws Exception {
        for (String id : models.keys()) {
            if (!zoo.contains(id)) {
                return true;
            }
        }
        return false;
    }

    /** Writes what changed under each key. */
    void flush(Consumer<Object> setCurrentKey) throws Exception {
        for (Map.Entry<String, Routing> entry : routings.entrySet()) {
            if (entry.getValue().changed) {
                setCurrentKey.accept(entry.getKey());
                write(entry.getValue());
                entry.getValue().changed = false;
            }
        }
    }

    private void write(Routing routing) throws Exception {
        MessPlus algorithm = routing.algorithm;
        sla.update(algorithm.sla());
        shared.update(algorithm.shared());
        window.update(algorithm.window());
        expiry.update(routing.expiry);
        // Without those of models that left the zoo.
        models.clear();
        for (int i = 0; i < zoo.size(); i++) {
            models.put(zoo.get(i), algorithm.model(i));
        }
    }

    /** Drops everything under the current key, which left the configuration. */
    void forget() {
        sla.clear();
        shared.clear();
        models.clear();
        window.clear();
        pending.clear();
        order.clear();
        expiry.clear();
        seen.clear();
    }

    /** Whether a request with this id was decided within the last milliseconds; now it was. */
    boolean isRepeated(String requestId, long nowMillis, long windowMillis) throws Exception {
        Long before = seen.get(requestId);
        if (before != null && nowMillis - before < windowMillis) {
            return true;
        }
        seen.put(requestId, nowMillis);
        return false;
    }

    boolean isPending(String requestId) throws Exception {
        return pending.contains(requestId);
    }

    /** The pending request, or {@code null}. */
    PendingRequest pending(String requestId) throws Exception {
        return pending.get(requestId);
    }

    void savePending(String requestId, PendingRequest request) throws Exception {
        pending.put(requestId, request);
    }

    /** Adds a request at the tail of the order and counts it as waiting. */
    void addPending(String requestId, PendingRequest request, ExpiryQueue queue) throws Exception {
        pending.put(requestId, request);
        order.put(request.t, requestId);
        queue.size++;
    }

    void removePending(String requestId, PendingRequest request, ExpiryQueue queue)
            throws Exception {
        pending.remove(requestId);
        order.remove(request.t);
        queue.size--;
    }

    /** Id of the pending request with this number, or {@code null} when it is gone. */
    String pendingAt(long t) throws Exception {
        return order.get(t);
    }
}
