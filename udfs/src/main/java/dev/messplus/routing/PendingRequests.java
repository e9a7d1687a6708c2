package dev.messplus.routing;

import dev.messplus.core.PendingRequest;
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
 * by number, and {@code expiry}, the {@link ExpiryQueue}. The caller keeps the queue on the heap
 * and writes it with {@link #saveQueue}.
 */
final class PendingRequests {

    /** Name of the state that every key with a history has. */
    static final String EXPIRY = "expiry";

    private static final String PENDING = "pending";
    private static final String ORDER = "order";

    /** Most steps per watermark, so that expiry does not hold up requests for long. */
    private static final int MAX_EXPIRY_STEPS = 10_000;

    private final long timeoutMillis;
    private final MapState<String, PendingRequest> pending;
    private final MapState<Long, String> order;
    private final ValueState<ExpiryQueue> expiry;

    /**
     * State of the operator in {@code context}.
     *
     * @param timeoutMillis how long a request waits, in event time, in milliseconds
     */
    PendingRequests(RuntimeContext context, long timeoutMillis) {
        this.timeoutMillis = timeoutMillis;
        pending =
                context.getMapState(
                        new MapStateDescriptor<>(
                                PENDING, Types.STRING, TypeInformation.of(PendingRequest.class)));
        order = context.getMapState(new MapStateDescriptor<>(ORDER, Types.LONG, Types.STRING));
        expiry = context.getState(new ValueStateDescriptor<>(EXPIRY, ExpiryQueue.class));
    }

    boolean contains(String requestId) throws Exception {
        return pending.contains(requestId);
    }

    /** The request, or {@code null} when it does not wait. */
    PendingRequest get(String requestId) throws Exception {
        return pending.get(requestId);
    }

    /** Writes what changed of a request that still waits. */
    void save(String requestId, PendingRequest request) throws Exception {
        pending.put(requestId, request);
    }

    /** Adds a request behind all others. */
    void add(String requestId, PendingRequest request, ExpiryQueue queue, TimerService timers)
            throws Exception {
        if (queue.size == 0) {
            queue.oldest = request.t;
            setTimer(deadlineMillis(request), queue, timers);
        }
        pending.put(requestId, request);
        order.put(request.t, requestId);
        queue.size++;
    }

    /** Removes a request that is complete. */
    void remove(String requestId, PendingRequest request, ExpiryQueue queue, TimerService timers)
            throws Exception {
        drop(requestId, request, queue);
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
     * fires.
     *
     * @param expired is given each of them
     */
    void expire(ExpiryQueue queue, TimerService timers, Consumer<PendingRequest> expired)
            throws Exception {
        queue.timerMillis = 0;
        long nowMillis = timers.currentWatermark();
        for (int step = 0; queue.size > 0; step++) {
            if (step == MAX_EXPIRY_STEPS) {
                // Only the next watermark reaches this timer; after the last one, Long.MAX_VALUE,
                // it wraps around and is reached at once.
                setTimer(nowMillis + 1, queue, timers);
                return;
            }
            String id = order.get(queue.oldest);
            if (id != null) {
                PendingRequest request = pending.get(id);
                if (deadlineMillis(request) > nowMillis) {
                    setTimer(deadlineMillis(request), queue, timers);
                    return;
                }
                expired.accept(request);
                drop(id, request, queue);
            }
            queue.oldest++;
        }
    }

    private void drop(String requestId, PendingRequest request, ExpiryQueue queue)
            throws Exception {
        pending.remove(requestId);
        order.remove(request.t);
        queue.size--;
    }

    private long deadlineMillis(PendingRequest request) {
        return request.decidedAtMillis + timeoutMillis;
    }

    private static void setTimer(long atMillis, ExpiryQueue queue, TimerService timers) {
        queue.timerMillis = atMillis;
        timers.registerEventTimeTimer(atMillis);
    }

    /** The queue of the current key. */
    ExpiryQueue loadQueue() throws Exception {
        ExpiryQueue known = expiry.value();
        return known == null ? new ExpiryQueue() : known;
    }

    /** Writes the queue of the current key. */
    void saveQueue(ExpiryQueue queue) throws Exception {
        expiry.update(queue);
    }

    /** Drops everything under the current key. */
    void clear() {
        pending.clear();
        order.clear();
        expiry.clear();
    }
}
