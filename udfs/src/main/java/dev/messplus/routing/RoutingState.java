package dev.messplus.routing;

import dev.messplus.core.AlgorithmState;
import dev.messplus.core.MessPlus;
import dev.messplus.core.ModelState;
import dev.messplus.core.ScoreWindow;
import dev.messplus.core.SharedState;
import dev.messplus.core.SlaState;
import dev.messplus.core.WarmStart;
import dev.messplus.routing.RoutingConfig.SlaRouting;
import dev.messplus.routing.RoutingConfig.ZooModel;
import dev.messplus.routing.Shards.Shard;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the routing knows under each key: an SLA, or a shard of one, see {@link Shards}. It lives on
 * the heap, in a {@link Routing} per key, and is written to state before a checkpoint, if it
 * changed since the last one.
 *
 * <table>
 *   <caption>State, by name</caption>
 *   <tr><th>state</th><th>holds</th><th>size</th><th>life</th></tr>
 *   <tr><td>{@code sla}</td><td>Q, D, t and sums; how often each model was asked</td><td>500 bytes,
 *       and an id and 11 bytes per model</td><td>the SLA's</td></tr>
 *   <tr><td>{@code shared}</td><td>what models have in common</td><td>8 KB for 42 features; 4 bytes
 *       per feature squared</td><td>the SLA's</td></tr>
 *   <tr><td>{@code models}</td><td>predictor and estimator per model</td><td>the same per
 *       model</td><td>the model's; a model that left the zoo is dropped when the job starts without
 *       it</td></tr>
 *   <tr><td>{@code window}</td><td>sums of the sliding window</td><td>1 KB</td><td>the SLA's</td></tr>
 *   <tr><td>{@code expiry}</td><td>the {@link ExpiryQueue}</td><td>24 bytes</td><td>the
 *       SLA's</td></tr>
 * </table>
 */
final class RoutingState {

    private static final Logger LOG = LoggerFactory.getLogger(RoutingState.class);

    private static final String SLA = "sla";
    private static final String SHARED = "shared";
    private static final String MODELS = "models";
    private static final String WINDOW = "window";

    private final RoutingConfig config;
    private final List<String> zoo;
    private final Shards shards;
    private final PendingRequests pending;
    private final Consumer<Routing> onLoad;
    private final ValueState<SlaState> sla;
    private final ValueState<SharedState> shared;
    private final MapState<String, ModelState> models;
    private final ValueState<ScoreWindow> window;

    private final Map<String, Routing> routings = new LinkedHashMap<>();

    /** What is known under one key, and whether the state holds all of it. */
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

        /** The SLA or shard that has this key. */
        Shard shard() {
            return shard;
        }

        MessPlus algorithm() {
            return algorithm;
        }

        /** Progress of expiry among the pending requests of the key. */
        ExpiryQueue expiry() {
            return expiry;
        }

        /** Has the next checkpoint write it. */
        void markChanged() {
            changed = true;
        }
    }

    /**
     * State of the operator in {@code context}.
     *
     * @param pending the pending requests, whose queue is kept here
     * @param onLoad is called once for each key: when it is restored, or has its first request
     */
    RoutingState(
            RuntimeContext context,
            RoutingConfig config,
            PendingRequests pending,
            Consumer<Routing> onLoad) {
        this.config = config;
        this.pending = pending;
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

    /** Whether an SLA or shard of the configuration has this key. */
    boolean isConfigured(String key) {
        return shards.shard(key) != null;
    }

    private Routing load(String key) throws Exception {
        Shard shard = isConfigured(key) ? shards.shard(key) : new Shard(key, 0, 1);
        SlaRouting settings = config.slaOrNoPromise(shard.sla());
        MessPlus algorithm = new MessPlus(settings.sla(), settings.rule(), zoo, loadState());
        if (sla.value() == null) {
            begin(algorithm, key, settings.warmStart());
        }
        Routing routing = new Routing(shard, algorithm, pending.loadQueue());
        boolean otherEmbedding = algorithm.useEmbedding(config.embedding());
        routing.changed = otherEmbedding || hasModelThatLeft();
        return routing;
    }

    private static void begin(MessPlus algorithm, String key, WarmStart recorded) {
        algorithm.begin(recorded);
        if (!recorded.isEmpty()) {
            LOG.info(
                    "{} begins with recorded outcomes of {}, which count as {} rows",
                    key,
                    recorded.models().keySet(),
                    recorded.rows());
        }
    }

    private AlgorithmState loadState() throws Exception {
        AlgorithmState initial = AlgorithmState.initial(zoo.size());
        ModelState[] known = initial.models();
        for (int i = 0; i < known.length; i++) {
            known[i] = or(models.get(zoo.get(i)), known[i]);
            expect(config.zoo().get(i), known[i]);
        }
        return new AlgorithmState(
                or(sla.value(), initial.sla()),
                or(shared.value(), initial.shared()),
                known,
                or(window.value(), initial.window()));
    }

    /** What is expected of a model is as configured now, not as it was when state was written. */
    private static void expect(ZooModel model, ModelState known) {
        known.expectedScore = model.expectedScore();
        if (model.isPriced()) {
            known.energy.priorJoules = model.priorJoules();
            known.energy.priorJoulesPerToken = model.priorJoulesPerToken();
        }
    }

    private static <T> T or(T known, T initial) {
        return known == null ? initial : known;
    }

    /** Whether the state knows of a model that it is to forget. */
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
        AlgorithmState known = routing.algorithm.state();
        sla.update(known.sla());
        shared.update(known.shared());
        window.update(known.window());
        pending.saveQueue(routing.expiry);
        // Without those of models that left the zoo.
        models.clear();
        for (int i = 0; i < zoo.size(); i++) {
            models.put(zoo.get(i), known.models()[i]);
        }
    }

    /** Drops everything under the current key, which left the configuration. */
    void clear() {
        sla.clear();
        shared.clear();
        models.clear();
        window.clear();
    }
}
