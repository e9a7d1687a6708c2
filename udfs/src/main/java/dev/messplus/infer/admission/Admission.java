package dev.messplus.infer.admission;

import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.config.InferenceConfig;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The requests that one subtask has read and not answered, and which of them begins next.
 *
 * <p>A request belongs to the model that it is to be answered by. Each model has its places, and a
 * waiting room for as many requests, so that a slow model delays the requests of no other. When a
 * request may begin, it is one of the model with the fewest under way, unless a model whose waiting
 * room is full keeps the operator from reading, and so from taking part in a checkpoint.
 *
 * <p>Only the task's thread may use this, except for {@link #places} and what the metrics read.
 */
public final class Admission {

    private final InferenceConfig config;
    private final int maxUnderWay;
    private final Map<String, ModelQueue> queues = new LinkedHashMap<>();
    private final List<ModelQueue> inOrder = new ArrayList<>();

    /** For requests whose models all left the zoo while they were held. */
    private final ModelQueue withoutModel;

    private final Set<HeldRequest> held = new LinkedHashSet<>();

    /** Those that have not begun and can expire. */
    private final TreeSet<HeldRequest> expiring = new TreeSet<>(HeldRequest.BY_EXPIRY);

    /** Whose waiting room had no place for the request that was read last; {@code null} if none. */
    private ModelQueue blocking;

    private long nextNumber;
    private volatile int underWay;

    /**
     * Holds no request yet.
     *
     * @param share of the subtask in the limits of the job
     * @param deadlines ends waits for places
     * @param onPlace runs, on any thread, when {@link #next} may have a request again
     */
    public Admission(
            List<ModelEndpoint> endpoints,
            InferenceConfig config,
            Share share,
            Deadlines deadlines,
            Runnable onPlace) {
        this.config = config;
        this.maxUnderWay = share.of(config.maxInFlight());
        for (ModelEndpoint endpoint : endpoints) {
            ModelBreaker breaker =
                    new ModelBreaker(
                            endpoint.id(),
                            endpoint.serverNames(),
                            config.breaker(),
                            System::nanoTime);
            ModelPlaces places =
                    new ModelPlaces(endpoint.limits(), share, breaker, deadlines, onPlace);
            queues.put(
                    endpoint.id(), new ModelQueue(places, Math.min(maxUnderWay, places.limit())));
        }
        withoutModel = new ModelQueue(null, maxUnderWay);
        inOrder.addAll(queues.values());
        inOrder.add(withoutModel);
    }

    /** The places at a model; {@code null} if it is not in the zoo. Any thread may call this. */
    public ModelPlaces places(String model) {
        ModelQueue queue = queues.get(model);
        return queue == null ? null : queue.places();
    }

    /** Holds a request from now on, without a place to wait. */
    public HeldRequest add(RoutedRequest routed, long nowMillis) {
        BacklogPolicy policy = config.backlog(routed.request().sla());
        HeldRequest request =
                new HeldRequest(routed, nextNumber++, queue(routed), policy, nowMillis);
        held.add(request);
        if (request.expiresAtMillis() != HeldRequest.NEVER) {
            expiring.add(request);
        }
        return request;
    }

    /** Whether there is a place to wait for a request; if not, its queue is called next. */
    public boolean hasRoomFor(HeldRequest request) {
        ModelQueue queue = request.queue();
        blocking = queue.isFull() ? queue : null;
        return blocking == null;
    }

    /** Has a request wait until it may begin, even if there is no place for it. */
    public void enqueue(HeldRequest request) {
        request.queue().waiting().add(request);
    }

    /**
     * Takes the request that begins next, with the permit for its first call; {@code null} if none
     * may begin now.
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    public HeldRequest next() {
        HeldRequest next = null;
        ModelQueue queue = underWay < maxUnderWay ? nextQueue() : null;
        while (queue != null && next == null) {
            next = queue.begin(config);
            queue = next == null ? nextQueue() : null;
        }
        inOrder.forEach(ModelQueue::askAgain);
        if (next != null) {
            expiring.remove(next);
            underWay++;
        }
        return next;
    }

    private ModelQueue nextQueue() {
        if (blocking != null && blocking.isFull() && blocking.isReady()) {
            return blocking;
        }
        ModelQueue least = null;
        for (ModelQueue queue : inOrder) {
            if (queue.isReady() && (least == null || queue.underWay() < least.underWay())) {
                least = queue;
            }
        }
        return least;
    }

    /** Takes the requests whose time is up before they begin. They are held until answered. */
    public List<HeldRequest> takeExpired(long nowMillis) {
        List<HeldRequest> expired = new ArrayList<>();
        while (!expiring.isEmpty() && expiring.first().isExpired(nowMillis)) {
            HeldRequest request = expiring.pollFirst();
            if (!request.queue().waiting().remove(request)) {
                // It was read last, and has no place to wait.
                blocking = null;
            }
            expired.add(request);
        }
        return expired;
    }

    /**
     * When the next request expires that has not begun, in milliseconds; {@link HeldRequest#NEVER}
     * if none.
     */
    public long nextExpiryMillis() {
        return expiring.isEmpty() ? HeldRequest.NEVER : expiring.first().expiresAtMillis();
    }

    /** The calls of a request have ended; without effect the second time. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    public void ended(HeldRequest request) {
        if (request.endCalls()) {
            request.queue().end();
            underWay--;
        }
    }

    /** Lets go of a request that was answered. */
    public void remove(HeldRequest request) {
        held.remove(request);
        request.releaseBytes();
    }

    /** Lets go of all requests. */
    public void clear() {
        List.copyOf(held).forEach(this::remove);
    }

    /** Whether a request has not been answered. */
    public boolean contains(HeldRequest request) {
        return held.contains(request);
    }

    /** Whether all requests were answered. */
    public boolean isEmpty() {
        return held.isEmpty();
    }

    /** All requests, in the order of reading. */
    public List<RoutedRequest> all() {
        return held.stream().map(HeldRequest::routed).toList();
    }

    /** The queues by model. */
    Map<String, ModelQueue> queues() {
        return Collections.unmodifiableMap(queues);
    }

    /** Requests of this subtask that are under way; any thread may read it. */
    int underWay() {
        return underWay;
    }

    /** Requests of this subtask that may be under way. */
    int maxUnderWay() {
        return maxUnderWay;
    }

    private ModelQueue queue(RoutedRequest routed) {
        for (String model : routed.ranking()) {
            ModelQueue queue = queues.get(model);
            if (queue != null) {
                return queue;
            }
        }
        return withoutModel;
    }
}
