package dev.messplus.infer;

import dev.messplus.record.RoutedRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The requests that one subtask has read and not answered, and which of them is called next.
 *
 * <p>A request belongs to the model that it is to be answered by. Each model has a share of this
 * subtask's calls, and a waiting room for as many requests, so that a slow model delays the
 * requests of no other. A call that becomes free goes to the model with the fewest, unless one
 * whose waiting room is full keeps the operator from reading, and so from taking part in a
 * checkpoint.
 *
 * <p>Only the task's thread may use this, except for what the metrics read.
 */
final class HeldRequests {

    private final InferenceConfig config;
    private final int maxCalled;
    private final Map<String, ModelQueue> queues = new LinkedHashMap<>();
    private final ModelQueue[] inOrder;

    /** For requests whose models all left the zoo while they were held. */
    private final ModelQueue withoutModel;

    private final Set<HeldRequest> held = new LinkedHashSet<>();

    /** Those that are not called yet and can expire. */
    private final TreeSet<HeldRequest> expiring = new TreeSet<>(HeldRequest.BY_EXPIRY);

    /** Whose waiting room had no place for the request that was read last; {@code null} if none. */
    private ModelQueue blocking;

    private long nextNumber;
    private volatile int called;

    /**
     * Holds no request yet.
     *
     * @param endpoints the models, with the limits of this subtask
     * @param maxCalled requests that this subtask may call at a time
     * @param turns waits for the turn of a call to a model, as {@link ModelGate#takeTurn} does
     * @param onTurn told on any thread when {@link #next} may have a request because its turn came
     */
    HeldRequests(
            List<ModelEndpoint> endpoints,
            InferenceConfig config,
            int maxCalled,
            Function<String, CompletableFuture<Void>> turns,
            Runnable onTurn) {
        this.config = config;
        this.maxCalled = maxCalled;
        for (ModelEndpoint endpoint : endpoints) {
            int share = Math.min(maxCalled, endpoint.limits().maxInFlight());
            queues.put(
                    endpoint.id(), new ModelQueue(share, () -> turns.apply(endpoint.id()), onTurn));
        }
        inOrder = queues.values().toArray(new ModelQueue[0]);
        withoutModel =
                new ModelQueue(maxCalled, () -> CompletableFuture.completedFuture(null), onTurn);
    }

    /** Holds a request from now on, without a place to wait. */
    HeldRequest add(RoutedRequest routed, long nowMillis) {
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
    boolean hasPlaceFor(HeldRequest request) {
        ModelQueue queue = request.queue();
        blocking = queue.isFull() ? queue : null;
        return blocking == null;
    }

    /** Has a request wait for its call, even if there is no place for it. */
    void enqueue(HeldRequest request) {
        request.queue().waiting().add(request);
    }

    /** Takes the request to call next; {@code null} if none may be called now. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    HeldRequest next() {
        if (called >= maxCalled) {
            return null;
        }
        ModelQueue queue = nextQueue();
        if (queue == null) {
            return null;
        }
        HeldRequest next = queue.waiting().poll(config);
        expiring.remove(next);
        next.begin(queue.begin());
        called++;
        return next;
    }

    private ModelQueue nextQueue() {
        if (blocking != null && blocking.isFull() && blocking.mayCall()) {
            return blocking;
        }
        ModelQueue least = withoutModel.mayCall() ? withoutModel : null;
        for (ModelQueue queue : inOrder) {
            if (queue.mayCall() && (least == null || queue.called() < least.called())) {
                least = queue;
            }
        }
        return least;
    }

    /**
     * Takes the requests whose time is up before their call. They are held until they are answered.
     */
    List<HeldRequest> takeExpired(long nowMillis) {
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
     * When the next request expires that is not called yet, in milliseconds; {@link
     * HeldRequest#NEVER} if none.
     */
    long nextExpiryMillis() {
        return expiring.isEmpty() ? HeldRequest.NEVER : expiring.first().expiresAtMillis();
    }

    /** The calls of a request have ended. No effect if it was told so before. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    void ended(HeldRequest request) {
        if (request.endCalls()) {
            request.queue().end();
            called--;
        }
    }

    /** Lets go of a request that was answered. */
    void remove(HeldRequest request) {
        held.remove(request);
        request.release();
    }

    /** Lets go of all requests. */
    void clear() {
        List.copyOf(held).forEach(this::remove);
    }

    /** Whether a request has not been answered. */
    boolean contains(HeldRequest request) {
        return held.contains(request);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Requests whose calls should have ended by a time of {@link System#nanoTime}. */
    List<HeldRequest> calledUntil(long nanos) {
        return held.stream().filter(request -> request.wasCalledUntil(nanos)).toList();
    }

    /** All requests, in the order of reading. */
    List<RoutedRequest> all() {
        return held.stream().map(HeldRequest::routed).toList();
    }

    /** The queues by model; their sizes may be read by any thread. */
    Map<String, ModelQueue> queues() {
        return Collections.unmodifiableMap(queues);
    }

    /** Requests of this subtask that are called now; any thread may read it. */
    int called() {
        return called;
    }

    /** Requests that this subtask may call at a time. */
    int maxCalled() {
        return maxCalled;
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
