package dev.messplus.route;

import dev.messplus.core.account.PendingRequest;
import dev.messplus.route.WaitingRequests.Waiting;
import java.util.HashMap;
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
import org.apache.flink.streaming.api.TimerService;

/**
 * The requests under the current key that wait for labels, the order in which they expire, and the
 * timer that expires them.
 *
 * <p>Requests expire in the order in which they were decided, so one timer per key suffices,
 * however many requests wait. The state is {@code pending}, a request by id, {@code order}, an id
 * by number, and {@code expiry}, the {@link ExpiryQueue}.
 *
 * <p>A request is on the heap first, in the {@link WaitingRequests} of its key, which the caller
 * keeps. {@link #write} puts it into the state before a checkpoint. So a request whose labels come
 * before the next checkpoint does not take the way through RocksDB, as long as there is a place on
 * the heap.
 */
final class PendingRequests {

    /** Name of the state that every key with a history has. */
    static final String EXPIRY = "expiry";

    private static final String PENDING = "pending";
    private static final String ORDER = "order";

    /**
     * Most steps of expiry at a time. They take some 20 ms, and without a limit nothing else would
     * be done until all are.
     */
    static final int MAX_EXPIRY_STEPS = 1_000;

    /** How long other work goes first when steps are left, in milliseconds. */
    static final long EXPIRY_PAUSE_MILLIS = 10;

    /**
     * Most requests of all keys on the heap, at about a kilobyte each: 10 MB. A checkpoint writes
     * as many at most. Without it the heap would hold all that wait. When there is no place, the
     * eldest of the key that has a new one moves to the state. So the requests of an SLA that waits
     * long for labels may keep the places, and others' then take the way through RocksDB.
     */
    static final int MAX_ON_HEAP = 10_000;

    /**
     * Age from which a request on the heap is written ahead of the checkpoint, in milliseconds of
     * the time by which it expires. Nothing else is done while a checkpoint writes what is left: 5
     * to 10 µs for each request. Without it, a checkpoint would write all that were decided since
     * the last one, up to {@link #MAX_ON_HEAP}. If it were 0, requests whose labels come with the
     * answers would take the way through RocksDB, too. Requests whose answers take longer than this
     * come at a rate at which that costs little, because calls at a time are limited. Only the key
     * that has a request now is written ahead: of many keys with a few new requests each, a
     * checkpoint writes all.
     */
    static final long AHEAD_AGE_MILLIS = 1_000;

    /**
     * Requests between two looks at what to write ahead, so that writes are few and large: one
     * takes half a millisecond.
     */
    static final int AHEAD_INTERVAL = 64;

    /** Most requests that are written ahead at a time; more than come meanwhile, to catch up. */
    private static final int MAX_AHEAD = 2 * AHEAD_INTERVAL;

    private final long timeoutMillis;
    private final TimerService timers;
    private final MapState<String, PendingRequest> pending;
    private final MapState<Long, String> order;
    private final ValueState<ExpiryQueue> expiry;

    private int waitingKeys;
    private int onHeap;

    /**
     * State of the operator in {@code context}.
     *
     * @param timeoutMillis how long a request waits, in event time, in milliseconds
     */
    PendingRequests(RuntimeContext context, long timeoutMillis, TimerService timers) {
        this.timeoutMillis = timeoutMillis;
        this.timers = timers;
        pending =
                context.getMapState(
                        new MapStateDescriptor<>(
                                PENDING, Types.STRING, TypeInformation.of(PendingRequest.class)));
        order = context.getMapState(new MapStateDescriptor<>(ORDER, Types.LONG, Types.STRING));
        expiry = context.getState(new ValueStateDescriptor<>(EXPIRY, ExpiryQueue.class));
    }

    /** Whether no request of any key waits. */
    boolean isIdle() {
        return waitingKeys == 0;
    }

    /** Number of requests of all keys on the heap. */
    int onHeap() {
        return onHeap;
    }

    /** Counts a key that the state was restored with. */
    void resume() throws Exception {
        if (load().queue().size > 0) {
            waitingKeys++;
        }
    }

    boolean contains(String requestId, WaitingRequests waiting) throws Exception {
        return waiting.get(requestId) != null || waiting.hasOthers() && pending.contains(requestId);
    }

    /** The request, or {@code null} when it does not wait. */
    PendingRequest get(String requestId, WaitingRequests waiting) throws Exception {
        Waiting known = waiting.get(requestId);
        if (known != null) {
            return known.request();
        }
        return waiting.hasOthers() ? pending.get(requestId) : null;
    }

    /** Keeps what changed of a request that still waits. */
    void save(String requestId, PendingRequest request, WaitingRequests waiting) throws Exception {
        Waiting known = waiting.get(requestId);
        if (known != null) {
            known.markChanged();
        } else {
            pending.put(requestId, request);
        }
    }

    /** Adds a request behind all others. */
    void add(String requestId, PendingRequest request, WaitingRequests waiting) throws Exception {
        ExpiryQueue queue = waiting.queue();
        if (queue.size == 0) {
            waitingKeys++;
            queue.oldest = request.t;
            setTimer(deadlineMillis(request), queue);
        }
        waiting.add(requestId, request);
        queue.size++;
        onHeap++;
        if (request.t % AHEAD_INTERVAL == 0) {
            long oldMillis = request.decidedAtMillis - AHEAD_AGE_MILLIS;
            store(waiting.fresh(MAX_AHEAD, oldMillis), waiting);
        }
        if (onHeap > MAX_ON_HEAP) {
            moveToState(waiting.eldest(), waiting);
        }
    }

    private void moveToState(Waiting one, WaitingRequests waiting) throws Exception {
        if (!one.isStored()) {
            // With those that leave the heap next.
            store(waiting.fresh(MAX_AHEAD, Long.MAX_VALUE), waiting);
        } else if (one.isChanged()) {
            store(List.of(one), waiting);
        }
        waiting.remove(one.id());
        onHeap--;
    }

    /** Removes a request that is complete. */
    void remove(String requestId, PendingRequest request, WaitingRequests waiting)
            throws Exception {
        drop(requestId, request, waiting);
        ExpiryQueue queue = waiting.queue();
        if (request.t == queue.oldest) {
            queue.oldest++;
        }
        if (queue.size == 0) {
            timers.deleteEventTimeTimer(queue.timerMillis);
            queue.timerMillis = 0;
        }
    }

    /**
     * Removes the requests whose time is up by the current watermark, when the timer of the key
     * fires. If they are many, it sets a timer in processing time, at which expiry goes on. Only
     * after the last watermark it removes all at once, because then no timer fires any more.
     *
     * @param expired is given each of them
     */
    void expire(WaitingRequests waiting, Consumer<PendingRequest> expired) throws Exception {
        ExpiryQueue queue = waiting.queue();
        queue.timerMillis = 0;
        long nowMillis = timers.currentWatermark();
        int most = nowMillis == Long.MAX_VALUE ? Integer.MAX_VALUE : MAX_EXPIRY_STEPS;
        for (int step = 0; queue.size > 0; step++) {
            if (step == most) {
                timers.registerProcessingTimeTimer(
                        timers.currentProcessingTime() + EXPIRY_PAUSE_MILLIS);
                return;
            }
            if (!waiting.hasOthers()) {
                queue.oldest = waiting.eldest().request().t;
            }
            String id = oldest(waiting);
            if (id != null) {
                PendingRequest request = get(id, waiting);
                if (deadlineMillis(request) > nowMillis) {
                    setTimer(deadlineMillis(request), queue);
                    return;
                }
                expired.accept(request);
                drop(id, request, waiting);
            }
            queue.oldest++;
        }
    }

    /** Id of the request that waits longest, or {@code null} if it was another one. */
    private String oldest(WaitingRequests waiting) throws Exception {
        long t = waiting.queue().oldest;
        Waiting eldest = waiting.eldest();
        return eldest != null && eldest.request().t == t ? eldest.id() : order.get(t);
    }

    /** Whether an expiry has steps left. */
    boolean isExpiring(WaitingRequests waiting) {
        return waiting.queue().size > 0 && waiting.queue().timerMillis == 0;
    }

    private void drop(String requestId, PendingRequest request, WaitingRequests waiting)
            throws Exception {
        Waiting known = waiting.remove(requestId);
        if (known != null) {
            onHeap--;
        }
        if (known == null || known.isStored()) {
            pending.remove(requestId);
            order.remove(request.t);
        }
        waiting.queue().size--;
        if (waiting.queue().size == 0) {
            waitingKeys--;
        }
    }

    private long deadlineMillis(PendingRequest request) {
        return request.decidedAtMillis + timeoutMillis;
    }

    private void setTimer(long atMillis, ExpiryQueue queue) {
        queue.timerMillis = atMillis;
        timers.registerEventTimeTimer(atMillis);
    }

    /** The requests of the current key, which has none on the heap. */
    WaitingRequests load() throws Exception {
        ExpiryQueue known = expiry.value();
        return new WaitingRequests(known == null ? new ExpiryQueue() : known);
    }

    /** Writes what changed of the requests of the current key. */
    void write(WaitingRequests waiting) throws Exception {
        store(waiting.changed(), waiting);
        store(waiting.fresh(Integer.MAX_VALUE, Long.MAX_VALUE), waiting);
        expiry.update(waiting.queue());
    }

    private void store(List<Waiting> written, WaitingRequests waiting) throws Exception {
        if (written.isEmpty()) {
            return;
        }
        Map<String, PendingRequest> requests = new HashMap<>();
        Map<Long, String> added = new HashMap<>();
        for (Waiting one : written) {
            requests.put(one.id(), one.request());
            if (!one.isStored()) {
                added.put(one.request().t, one.id());
            }
        }
        pending.putAll(requests);
        order.putAll(added);
        waiting.markStored(written);
    }

    /** The requests of a key leave the heap, after all of them were written. */
    void release(WaitingRequests waiting) {
        onHeap -= waiting.onHeap();
    }

    /** Drops everything under the current key. */
    void clear() {
        pending.clear();
        order.clear();
        expiry.clear();
    }
}
