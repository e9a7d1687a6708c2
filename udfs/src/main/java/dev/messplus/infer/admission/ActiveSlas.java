package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/** Whether requests of several SLAs are read. Not safe for use by several threads. */
final class ActiveSlas {

    /**
     * For how long an SLA is active after a request of it was read, in nanoseconds. The next
     * request of an SLA that is not active may wait in Kafka behind those of another one.
     */
    static final long ACTIVE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private String last;
    private long lastReadNanos;

    /** When the last request of another SLA than the last one was read. */
    private long otherReadNanos;

    private boolean several;

    /** A request of an SLA was read; {@code nowNanos} is the time of a monotonic clock. */
    void read(String sla, long nowNanos) {
        if (last != null && !sla.equals(last)) {
            otherReadNanos = lastReadNanos;
            several = true;
        }
        last = sla;
        lastReadNanos = nowNanos;
    }

    /** Whether an SLA is active beside the one whose request was read last. */
    boolean areSeveral(long nowNanos) {
        return several && nowNanos - otherReadNanos < ACTIVE_NANOS;
    }
}
