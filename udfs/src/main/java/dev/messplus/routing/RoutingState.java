package dev.messplus.routing;

import dev.messplus.core.MessPlus;
import dev.messplus.core.ModelState;
import dev.messplus.core.PendingRequest;
import dev.messplus.core.Policy;
import dev.messplus.core.ScoreWindow;
import dev.messplus.core.SharedState;
import dev.messplus.core.SlaState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * All state of the routing, keyed by SLA.
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
 * </table>
 *
 * <p>The first four are kept on the heap as well, in the {@link MessPlus} of each SLA: a decision
 * reads no state but {@code pending}, to see whether its id is new. What changed is written through
 * at once, so a checkpoint always holds all of it. This needs a backend that serialises on update,
 * as RocksDB does: the heap backend would see what it holds change while it writes a checkpoint.
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

    /** Name of the state that every SLA with a history has. */
    static final String EXPIRY = "expiry";

    private final RoutingConfig config;
    private final List<String> zoo;
    private final BiConsumer<String, MessPlus> onLoad;
    private final ValueState<SlaState> sla;
    private final ValueState<SharedState> shared;
    private final MapState<String, ModelState> models;
    private final ValueState<ScoreWindow> window;
    private final MapState<String, PendingRequest> pending;
    private final MapState<Long, String> order;
    private final ValueState<ExpiryQueue> expiry;

    private final Map<String, MessPlus> algorithms = new HashMap<>();

    /**
     * State of the operator in {@code context}.
     *
     * @param onLoad told of every SLA once: when it is restored, or has its first request
     */
    RoutingState(
            RuntimeContext context, RoutingConfig config, BiConsumer<String, MessPlus> onLoad) {
        this.config = config;
        this.onLoad = onLoad;
        this.zoo = config.modelIds();
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
    }

    /** The algorithm of the current key, over what is known of it. */
    MessPlus algorithm(String slaName) throws Exception {
        MessPlus algorithm = algorithms.get(slaName);
        if (algorithm == null) {
            algorithm = load(slaName);
            algorithms.put(slaName, algorithm);
            onLoad.accept(slaName, algorithm);
        }
        return algorithm;
    }

    private MessPlus load(String slaName) throws Exception {
        SlaState known = sla.value();
        SharedState knownShared = shared.value();
        ScoreWindow knownWindow = window.value();
        ModelState[] states = new ModelState[zoo.size()];
        for (int i = 0; i < states.length; i++) {
            ModelState state = models.get(zoo.get(i));
            states[i] = state == null ? new ModelState() : state;
            states[i].energy.priorJoules = config.zoo().get(i).priorJoules();
            states[i].energy.priorJoulesPerToken = config.zoo().get(i).priorJoulesPerToken();
        }
        MessPlus algorithm =
                new MessPlus(
                        config.slas().getOrDefault(slaName, NO_PROMISE),
                        zoo,
                        known == null ? new SlaState() : known,
                        knownShared == null ? new SharedState() : knownShared,
                        states,
                        knownWindow == null ? new ScoreWindow() : knownWindow);
        if (forgetModelsThatLeft()) {
            saveSla(algorithm); // which knows no more what was sent to them
        }
        return algorithm;
    }

    private boolean forgetModelsThatLeft() throws Exception {
        boolean left = false;
        for (var ids = models.keys().iterator(); ids.hasNext(); ) {
            if (!zoo.contains(ids.next())) {
                ids.remove();
                left = true;
            }
        }
        return left;
    }

    /** Drops everything of an SLA that left the configuration. */
    void forgetSla() {
        sla.clear();
        shared.clear();
        models.clear();
        window.clear();
        pending.clear();
        order.clear();
        expiry.clear();
    }

    void saveSla(MessPlus algorithm) throws Exception {
        sla.update(algorithm.sla());
    }

    void saveWindow(MessPlus algorithm) throws Exception {
        window.update(algorithm.window());
    }

    void saveModel(MessPlus algorithm, String model) throws Exception {
        int index = zoo.indexOf(model);
        if (index >= 0) {
            models.put(model, algorithm.model(index));
            shared.update(algorithm.shared());
        }
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

    ExpiryQueue expiry() throws Exception {
        ExpiryQueue queue = expiry.value();
        return queue == null ? new ExpiryQueue() : queue;
    }

    void saveExpiry(ExpiryQueue queue) throws Exception {
        expiry.update(queue);
    }
}
