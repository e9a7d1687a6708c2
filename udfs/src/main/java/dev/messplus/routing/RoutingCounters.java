package dev.messplus.routing;

import dev.messplus.core.Booking;
import dev.messplus.core.JoinResult;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * The counters of the routing: feedback and requests that were not taken as they came. They count
 * from the last start, as Flink's counters do.
 */
final class RoutingCounters {

    /**
     * {@code …route.feedbackUnmatched}: feedback for requests that are unknown, complete or
     * expired, and for SLAs that left the configuration. A label that is kept for its request
     * counts when it is given up.
     */
    static final String UNMATCHED = "feedbackUnmatched";

    /** {@code …route.feedbackDuplicate}: feedback that said nothing new. */
    static final String DUPLICATE = "feedbackDuplicate";

    /**
     * {@code …route.feedbackUnexpected}: feedback on a model that was not asked, as far as the job
     * knows.
     */
    static final String UNEXPECTED = "feedbackUnexpected";

    /**
     * {@code …route.feedbackStale}: the job's own feedback on a repeat of a request in flight, or
     * on an answer that a failure undid; its joules count, its score does not.
     */
    static final String STALE = "feedbackStale";

    /**
     * {@code …route.feedbackUnbooked}: stale feedback whose joules do not count either, because the
     * request was repeated too often to be sure that they count once.
     */
    static final String UNBOOKED = "feedbackUnbooked";

    /**
     * {@code …route.requestsRepeated}: requests with the id of a request in flight, or of one in
     * the repeat window.
     */
    static final String REPEATED = "requestsRepeated";

    private final Counter unmatched;
    private final Counter duplicate;
    private final Counter unexpected;
    private final Counter stale;
    private final Counter unbooked;
    private final Counter repeated;

    RoutingCounters(MetricGroup group) {
        unmatched = group.counter(UNMATCHED);
        duplicate = group.counter(DUPLICATE);
        unexpected = group.counter(UNEXPECTED);
        stale = group.counter(STALE);
        unbooked = group.counter(UNBOOKED);
        repeated = group.counter(REPEATED);
    }

    /** Counts what became of feedback on a request in flight. */
    void joined(JoinResult result) {
        switch (result) {
            case APPLIED -> {}
            case DUPLICATE -> duplicate.inc();
            case EARLY, UNEXPECTED -> unexpected.inc();
        }
    }

    /** Counts what became of feedback on another decision on a request in flight. */
    void booked(Booking booking) {
        stale.inc();
        if (booking == Booking.OVERFLOW) {
            unbooked.inc();
        }
    }

    void unmatchedFeedback() {
        unmatched.inc();
    }

    void unmatchedFeedback(int records) {
        unmatched.inc(records);
    }

    void repeatedRequest() {
        repeated.inc();
    }
}
