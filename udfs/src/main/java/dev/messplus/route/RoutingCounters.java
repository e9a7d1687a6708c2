package dev.messplus.route;

import dev.messplus.core.account.Booking;
import dev.messplus.core.account.JoinResult;
import dev.messplus.metrics.Histograms;
import dev.messplus.metrics.JobMetric;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * The counters of the routing: feedback and requests that were not taken as they came; and how long
 * labels take. They begin with the last start, as Flink's counters do.
 */
final class RoutingCounters {

    private final Counter unmatched;
    private final Counter duplicate;
    private final Counter unexpected;
    private final Counter stale;
    private final Counter unbooked;
    private final Counter repeated;
    private final Histogram labelMillis;

    RoutingCounters(MetricGroup group) {
        unmatched = JobMetric.FEEDBACK_UNMATCHED.counter(group);
        duplicate = JobMetric.FEEDBACK_DUPLICATE.counter(group);
        unexpected = JobMetric.FEEDBACK_UNEXPECTED.counter(group);
        stale = JobMetric.FEEDBACK_STALE.counter(group);
        unbooked = JobMetric.FEEDBACK_UNBOOKED.counter(group);
        repeated = JobMetric.REQUESTS_REPEATED.counter(group);
        labelMillis = JobMetric.LABEL_MILLIS.histogram(group, Histograms.recent());
    }

    /** Counts what became of feedback on a request in flight. */
    void joined(JoinResult result) {
        switch (result) {
            case APPLIED -> {}
            case DUPLICATE -> duplicate.inc();
            case EARLY, UNEXPECTED -> unexpected.inc();
        }
    }

    /** The label of a served answer came {@code millis} milliseconds after the decision. */
    void labelledAfter(long millis) {
        labelMillis.update(millis);
    }

    /** Counts what became of feedback on another decision on a request in flight. */
    void booked(Booking booking) {
        stale.inc();
        if (booking == Booking.OVERFLOW) {
            unbooked.inc();
        }
    }

    void unmatchedFeedback(int records) {
        unmatched.inc(records);
    }

    void repeatedRequest() {
        repeated.inc();
    }
}
