package dev.messplus.infer;

import dev.messplus.metrics.JobMetric;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the inference operator holds, and what it may hold. */
final class CapacityMetrics {

    private final Counter expired;

    CapacityMetrics(MetricGroup group, HeldRequests held, ByteBudget budget) {
        JobMetric.INFER_IN_FLIGHT.gauge(group, held::called);
        JobMetric.INFER_MAX_IN_FLIGHT.gauge(group, held::maxCalled);
        JobMetric.INFER_IN_FLIGHT_BYTES.gauge(group, budget::used);
        JobMetric.INFER_MAX_IN_FLIGHT_BYTES.gauge(group, budget::limit);
        expired = JobMetric.INFER_EXPIRED.counter(group);
        held.queues().forEach((model, queue) -> addQueue(group.addGroup("model", model), queue));
    }

    /** Counts a request whose time was up; on the task's thread only. */
    void expired() {
        expired.inc();
    }

    private static void addQueue(MetricGroup group, ModelQueue queue) {
        JobMetric.MODEL_IN_FLIGHT.gauge(group, queue::called);
        JobMetric.MODEL_MAX_IN_FLIGHT.gauge(group, queue::share);
        JobMetric.MODEL_WAITING.gauge(group, queue.waiting()::size);
        JobMetric.MODEL_QUEUE_MILLIS.histogram(group, queue.queueMillis());
    }
}
