package dev.messplus.route;

import dev.messplus.core.Priors;
import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.algorithm.AlgorithmState;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.belief.KernelFeatures;
import dev.messplus.core.belief.LinearBelief;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.core.cost.FleetPlan;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.Shards;
import dev.messplus.route.config.Shards.Shard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * changed since the last one. A key without an element for {@link #SILENT_MILLIS} leaves the heap
 * at a checkpoint, and so does the one that was used least recently when another key needs its
 * place. Its next element loads it again.
 *
 * <table>
 *   <caption>State, by name</caption>
 *   <tr><th>state</th><th>holds</th><th>size</th><th>life</th></tr>
 *   <tr><td>{@code sla}</td><td>Q, D, t and sums; how often each model was asked</td><td>500 bytes,
 *       and an id and 11 bytes per model</td><td>the SLA's</td></tr>
 *   <tr><td>{@code shared}</td><td>what models have in common</td><td>19 KB at most: 48 landmarks
 *       of 42 features, and beliefs about them</td><td>the SLA's</td></tr>
 *   <tr><td>{@code models}</td><td>predictor and estimator per model</td><td>12 KB at most per
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

    /**
     * How long a key stays on the heap without an element, in milliseconds. Much longer than the
     * pauses of an SLA in use, because its next element loads it from RocksDB. Without it the heap
     * would hold every SLA that ever had an element.
     */
    static final long SILENT_MILLIS = 600_000;

    /** What a key has on the heap beside beliefs: sums, the window, objects; in bytes. */
    private static final long KEY_BYTES = 3_000;

    /** What a model has on the heap beside its beliefs, in bytes. */
    private static final long MODEL_BYTES = 700;

    private final RoutingConfig config;
    private final List<String> zoo;
    private final FleetPlan plan;
    private final Shards shards;
    private final PendingRequests pending;
    private final RoutingMetrics metrics;
    private final long maxHeapBytes;
    private final Consumer<String> currentKey;
    private final ValueState<SlaState> sla;
    private final ValueState<SharedState> shared;
    private final MapState<String, ModelState> models;
    private final ValueState<ScoreWindow> window;

    /** By key, the one that was used least recently first. */
    private final Map<String, Routing> routings = new LinkedHashMap<>(16, 0.75f, true);

    /** Keys that the state was restored with and that may have models that left the zoo. */
    private final Set<String> restored = new HashSet<>();

    private long heapBytes;

    /** The one that has an element now: its beliefs may grow, so it is counted after that. */
    private Routing current;

    private long currentBytes;

    /** What is known under one key, and whether the state holds all of it. */
    static final class Routing {

        private final String key;
        private final Shard shard;
        private final MessPlus algorithm;
        private final WaitingRequests waiting;
        private long bytes;
        private long usedMillis;
        private boolean changed;

        /** Models that the state has and the zoo has not. */
        private List<String> modelsThatLeft = List.of();

        private Routing(String key, Shard shard, MessPlus algorithm, WaitingRequests waiting) {
            this.key = key;
            this.shard = shard;
            this.algorithm = algorithm;
            this.waiting = waiting;
        }

        String key() {
            return key;
        }

        /** The SLA or shard that has this key. */
        Shard shard() {
            return shard;
        }

        MessPlus algorithm() {
            return algorithm;
        }

        /** The requests of the key that wait for labels. */
        WaitingRequests waiting() {
            return waiting;
        }

        /** Has the next checkpoint write it. */
        void markChanged() {
            changed = true;
        }
    }

    /**
     * State of the operator in {@code context}.
     *
     * @param pending the pending requests, those of which on the heap are kept here
     * @param metrics show what is loaded
     * @param maxHeapBytes most bytes of what is known of SLAs
     * @param currentKey sets the key that state is read and written under
     */
    RoutingState(
            RuntimeContext context,
            RoutingConfig config,
            PendingRequests pending,
            RoutingMetrics metrics,
            long maxHeapBytes,
            Consumer<String> currentKey) {
        this.config = config;
        this.pending = pending;
        this.metrics = metrics;
        this.maxHeapBytes = maxHeapBytes;
        this.currentKey = currentKey;
        this.zoo = config.modelIds();
        this.plan = new FleetPlan(zoo.size());
        this.shards = config.shards();
        sla = context.getState(new ValueStateDescriptor<>(SLA, SlaState.class));
        shared = context.getState(new ValueStateDescriptor<>(SHARED, SharedState.class));
        models =
                context.getMapState(
                        new MapStateDescriptor<>(
                                MODELS, Types.STRING, TypeInformation.of(ModelState.class)));
        window = context.getState(new ValueStateDescriptor<>(WINDOW, ScoreWindow.class));
    }

    /**
     * What is known under the current key, which has an element now.
     *
     * @param nowMillis the processing time in milliseconds
     */
    Routing routing(String key, long nowMillis) throws Exception {
        Routing routing = routings.get(key);
        if (routing == null) {
            count();
            // The next one is about as large.
            makeRoom(key, currentBytes);
            routing = load(key);
            routings.put(key, routing);
            if (isConfigured(key)) {
                metrics.watch(routing);
            }
        } else if (routing != current) {
            count();
            makeRoom(key, 0);
        }
        current = routing;
        routing.usedMillis = nowMillis;
        return routing;
    }

    /** Counts the bytes of the one that had an element. */
    private void count() {
        if (current != null) {
            currentBytes = bytes(current.algorithm.state());
            heapBytes += currentBytes - current.bytes;
            current.bytes = currentBytes;
        }
    }

    private void makeRoom(String usedKey, long bytes) throws Exception {
        while (!routings.isEmpty() && heapBytes + bytes > maxHeapBytes) {
            Routing eldest = routings.values().iterator().next();
            if (eldest.key.equals(usedKey)) {
                return;
            }
            if (eldest.changed) {
                currentKey.accept(eldest.key);
                write(eldest);
                currentKey.accept(usedKey);
            }
            routings.remove(eldest.key);
            release(eldest);
        }
    }

    private static long bytes(AlgorithmState known) {
        SharedState shared = known.shared();
        long bytes = KEY_BYTES + bytes(shared.kernel) + bytes(shared.accuracy);
        for (ModelState model : known.models()) {
            bytes += MODEL_BYTES + bytes(model.accuracy.own);
            bytes += (long) Float.BYTES * model.accuracy.weights.length;
            bytes += (long) Double.BYTES * model.accuracy.inFlightRegressors.length;
        }
        return bytes;
    }

    private static long bytes(LinearBelief belief) {
        // The projection is as long as the weights.
        return (long) Double.BYTES * (2 * belief.weights.length + belief.covariance.length);
    }

    /** Landmarks, and as scratch the landmarks by feature, and a column of their matrix L each. */
    private static long bytes(KernelFeatures kernel) {
        long most = Priors.MAX_LANDMARKS;
        return Float.BYTES * (kernel.landmarks.length + most * kernel.dimensions)
                + Double.BYTES * most * kernel.size;
    }

    private void release(Routing routing) {
        current = routing == current ? null : current;
        heapBytes -= routing.bytes;
        pending.release(routing.waiting);
        metrics.freeze(routing);
    }

    /** Says that a key was restored, perhaps with models that left the zoo since. */
    void resume(String key) {
        restored.add(key);
    }

    /** Number of keys on the heap. */
    int onHeap() {
        return routings.size();
    }

    /** Whether an SLA or shard of the configuration has this key. */
    boolean isConfigured(String key) {
        return shards.shard(key) != null;
    }

    private Routing load(String key) throws Exception {
        Shard shard = isConfigured(key) ? shards.shard(key) : new Shard(key, 0, 1);
        SlaRouting settings = config.slaOrNoPromise(shard.sla());
        SlaState known = sla.value();
        MessPlus algorithm =
                new MessPlus(settings.sla(), settings.rule(), zoo, loadState(known), plan);
        if (known == null) {
            begin(algorithm, key, settings.warmStart());
        }
        Routing routing = new Routing(key, shard, algorithm, pending.load());
        boolean otherEmbedding = algorithm.useEmbedding(config.embedding());
        if (restored.contains(key)) {
            routing.modelsThatLeft = modelsThatLeft();
        }
        // What left the configuration is not written again.
        routing.changed =
                isConfigured(key) && (otherEmbedding || !routing.modelsThatLeft.isEmpty());
        return routing;
    }

    private static void begin(MessPlus algorithm, String key, WarmStart recorded) {
        algorithm.begin(recorded);
        if (!recorded.isEmpty()) {
            LOG.info(
                    "{} begins with recorded outcomes of {}, which count as {} rows",
                    key,
                    recorded.models().keySet(),
                    recorded.weight());
        }
    }

    private AlgorithmState loadState(SlaState knownSla) throws Exception {
        AlgorithmState initial = AlgorithmState.initial(zoo.size());
        ModelState[] known = initial.models();
        for (int i = 0; i < known.length; i++) {
            known[i] = knownSla == null ? known[i] : or(models.get(zoo.get(i)), known[i]);
            expect(config.zoo().get(i), known[i]);
        }
        return knownSla == null
                ? initial
                : new AlgorithmState(
                        knownSla,
                        or(shared.value(), initial.shared()),
                        known,
                        or(window.value(), initial.window()));
    }

    /** What is expected of a model is as configured now, not as it was when state was written. */
    private static void expect(ZooModel model, ModelState known) {
        known.expectedScore = model.expectedScore();
        known.energy.defaultMaxTokens = model.params().defaultMaxTokens();
        known.energy.load.servers = model.servers();
        known.energy.elastic = model.elastic();
        known.energy.maxTokensCeiling = model.params().maxTokensCeiling();
        if (model.isPriced()) {
            known.energy.prior.perAnswer = model.priorJoules();
            known.energy.prior.perPromptToken = model.priorJoulesPerToken();
            known.energy.prior.perCompletionToken = model.priorJoulesPerCompletionToken();
        }
    }

    private static <T> T or(T known, T initial) {
        return known == null ? initial : known;
    }

    /** The models that the state of the current key knows, and is to forget. */
    private List<String> modelsThatLeft() throws Exception {
        List<String> left = new ArrayList<>();
        for (String id : models.keys()) {
            if (!zoo.contains(id)) {
                left.add(id);
            }
        }
        return left;
    }

    /**
     * Writes what changed under each key, and drops from the heap what was not used for long.
     *
     * @param nowMillis the processing time in milliseconds
     */
    void flush(long nowMillis) throws Exception {
        Iterator<Routing> all = routings.values().iterator();
        while (all.hasNext()) {
            Routing routing = all.next();
            if (routing.changed) {
                currentKey.accept(routing.key);
                write(routing);
                routing.changed = false;
            }
            if (nowMillis - routing.usedMillis >= SILENT_MILLIS) {
                all.remove();
                release(routing);
            }
        }
    }

    private void write(Routing routing) throws Exception {
        AlgorithmState known = routing.algorithm.state();
        sla.update(known.sla());
        shared.update(known.shared());
        window.update(known.window());
        pending.write(routing.waiting);
        for (int i = 0; i < zoo.size(); i++) {
            models.put(zoo.get(i), known.models()[i]);
        }
        for (String left : routing.modelsThatLeft) {
            models.remove(left);
        }
        routing.modelsThatLeft = List.of();
        restored.remove(routing.key);
    }

    /** Drops everything under the current key, which left the configuration. */
    void clear() {
        sla.clear();
        shared.clear();
        models.clear();
        window.clear();
    }
}
