package dev.messplus.infer.admission;

import dev.messplus.metrics.JobMetric;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** What the operator holds, and what it may hold. */
public final class AdmissionMetrics {

    private final Counter expired;

    public AdmissionMetrics(MetricGroup group, Admission admission, ByteBudget budget) {
        JobMetric.INFER_IN_FLIGHT.gauge(group, admission::underWay);
        JobMetric.INFER_MAX_IN_FLIGHT.gauge(group, admission::maxUnderWay);
        JobMetric.INFER_IN_FLIGHT_BYTES.gauge(group, budget::used);
        JobMetric.INFER_MAX_IN_FLIGHT_BYTES.gauge(group, budget::limit);
        expired = JobMetric.INFER_EXPIRED.counter(group);
        admission
                .queues()
                .forEach((model, queue) -> addQueue(group.addGroup("model", model), queue));
    }

    /** Counts a request whose time was up; on the task's thread only. */
    public void expired() {
        expired.inc();
    }

    private static void addQueue(MetricGroup group, ModelQueue queue) {
        JobMetric.MODEL_IN_FLIGHT.gauge(group, queue.places()::inUse);
        JobMetric.MODEL_MAX_IN_FLIGHT.gauge(group, queue.places()::limit);
        JobMetric.MODEL_WAITING.gauge(group, queue.waiting()::size);
        JobMetric.MODEL_SERVER_WAITING.gauge(group, queue.places()::inServerQueue);
        JobMetric.MODEL_QUEUE_MILLIS.histogram(group, queue.queueMillis());
    }
}
