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

    /**
     * Most steps of expiry at a time. They take some 20 ms, and without a limit nothing else would
     * be done until all are.
     */
    static final int MAX_EXPIRY_STEPS = 1_000;

    /** How long other work goes first when steps are left, in milliseconds. */
    static final long EXPIRY_PAUSE_MILLIS = 10;

    private final long timeoutMillis;
    private final MapState<String, PendingRequest> pending;
    private final MapState<Long, String> order;
    private final ValueState<ExpiryQueue> expiry;

    private int waitingKeys;

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

    /** Whether no request of any key waits. */
    boolean isIdle() {
        return waitingKeys == 0;
    }

    /** Counts a key that the state was restored with. */
    void resume() throws Exception {
        if (loadQueue().size > 0) {
            waitingKeys++;
        }
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
            waitingKeys++;
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
     * fires. If they are many, it sets a timer in processing time, for {@link #expireMore}. Only
     * after the last watermark it removes all at once, because then no timer fires any more.
     *
     * @param expired is given each of them
     */
    void expire(ExpiryQueue queue, TimerService timers, Consumer<PendingRequest> expired)
            throws Exception {
        queue.timerMillis = 0;
        long nowMillis = timers.currentWatermark();
        int most = nowMillis == Long.MAX_VALUE ? Integer.MAX_VALUE : MAX_EXPIRY_STEPS;
        for (int step = 0; queue.size > 0; step++) {
            if (step == most) {
                timers.registerProcessingTimeTimer(
                        timers.currentProcessingTime() + EXPIRY_PAUSE_MILLIS);
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

    /** Goes on with an expiry that had steps left, and returns whether there was one. */
    boolean expireMore(ExpiryQueue queue, TimerService timers, Consumer<PendingRequest> expired)
            throws Exception {
        if (queue.size == 0 || queue.timerMillis != 0) {
            return false;
        }
        expire(queue, timers, expired);
        return true;
    }

    private void drop(String requestId, PendingRequest request, ExpiryQueue queue)
            throws Exception {
        pending.remove(requestId);
        order.remove(request.t);
        queue.size--;
        if (queue.size == 0) {
            waitingKeys--;
        }
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
