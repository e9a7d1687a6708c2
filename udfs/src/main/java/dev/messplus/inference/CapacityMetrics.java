package dev.messplus.inference;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** What the inference operator holds, and what it may hold. */
final class CapacityMetrics {

    /** {@code …infer.inFlight}: requests of the subtask that are called now. */
    static final String IN_FLIGHT = "inFlight";

    /** {@code …infer.maxInFlight}: requests that the subtask may call at a time. */
    static final String MAX_IN_FLIGHT = "maxInFlight";

    /** {@code …infer.inFlightBytes}: bytes that requests and answers hold, in the whole JVM. */
    static final String IN_FLIGHT_BYTES = "inFlightBytes";

    /** {@code …infer.maxInFlightBytes}: bytes that they may hold, in the whole JVM. */
    static final String MAX_IN_FLIGHT_BYTES = "maxInFlightBytes";

    /** {@code …infer.expired}: requests whose time was up before a call. */
    static final String EXPIRED = "expired";

    /**
     * {@code …infer.model.<model>.waiting}: requests of the subtask that wait to be called. Beside
     * it are {@link #IN_FLIGHT} and {@link #MAX_IN_FLIGHT} of the model.
     */
    static final String WAITING = "waiting";

    private final Counter expired;

    CapacityMetrics(MetricGroup group, HeldRequests held, ByteBudget budget) {
        group.gauge(IN_FLIGHT, (Gauge<Integer>) held::called);
        group.gauge(MAX_IN_FLIGHT, (Gauge<Integer>) held::maxCalled);
        group.gauge(IN_FLIGHT_BYTES, (Gauge<Long>) budget::used);
        group.gauge(MAX_IN_FLIGHT_BYTES, (Gauge<Long>) budget::limit);
        expired = group.counter(EXPIRED);
        held.queues().forEach((model, queue) -> addQueue(group.addGroup("model", model), queue));
    }

    /** Counts a request whose time was up; on the task's thread only. */
    void expired() {
        expired.inc();
    }

    private static void addQueue(MetricGroup group, ModelQueue queue) {
        group.gauge(IN_FLIGHT, (Gauge<Integer>) queue::called);
        group.gauge(MAX_IN_FLIGHT, (Gauge<Integer>) queue::share);
        group.gauge(WAITING, (Gauge<Integer>) queue.waiting()::size);
    }
}
