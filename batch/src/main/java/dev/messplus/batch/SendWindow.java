package dev.messplus.batch;

/**
 * How many lines of a batch are out at a time: enough to keep the models busy, and few enough that
 * others' requests, which stand behind them in the same topic, hardly wait.
 *
 * <p>It is the law of LEDBAT (RFC 6817), a transport that yields to all others. Each response says
 * how long its request waited for its decision. The smallest such time of the last minutes is what
 * a request waits without a queue; what is beyond is the queue. The window grows while the queue is
 * shorter than {@link #TARGET_MILLIS}, in proportion to what is missing, and shrinks while it is
 * longer, so others' traffic displaces the batch. Two things differ from the RFC: the window
 * changes by a share of itself and not by a segment per round trip, because round trips take
 * seconds here; and it doubles with each round trip until there first is a queue, as TCP does.
 */
final class SendWindow {

    /**
     * Queue that the batch aims at, in milliseconds: the wait that it adds for others. Without a
     * queue models would idle whenever answers come in bursts. The RFC's 100 ms are for packets.
     */
    static final long TARGET_MILLIS = 1_000;

    /** Most by which a round trip changes the window, as a share of it; LEDBAT's GAIN. */
    private static final double GAIN = 0.5;

    private static final int FIRST = 64;

    /** The least, so that a batch makes progress whatever others do. */
    private static final int MIN = 8;

    /** Most lines that are out, which bounds the memory of the batch and of the topic. */
    private static final int MAX = 100_000;

    /** The base is the smallest wait of this time and of as much before; RFC 6817, 3.4.2. */
    private static final long BASE_NANOS = 120_000_000_000L;

    private final boolean fixed;
    private double size;
    private boolean queueSeen;
    private double baseMillis = Double.POSITIVE_INFINITY;
    private double earlierBaseMillis = Double.POSITIVE_INFINITY;
    private long baseSinceNanos;
    private boolean started;

    private SendWindow(double size, boolean fixed) {
        this.size = size;
        this.fixed = fixed;
    }

    /** A window that adapts. */
    static SendWindow adaptive() {
        return new SendWindow(FIRST, false);
    }

    /** A window that stays as it is. */
    static SendWindow of(int lines) {
        return new SendWindow(lines, true);
    }

    /** How many lines may be out, at least 1. */
    int size() {
        return (int) size;
    }

    /**
     * Takes in an answer.
     *
     * @param waitedMillis how long its request waited for its decision
     * @param out how many lines were out: a window that is not used does not grow
     * @param nowNanos of a clock that only goes forward
     */
    void answered(long waitedMillis, int out, long nowNanos) {
        if (fixed) {
            return;
        }
        updateBase(waitedMillis, nowNanos);
        double queueMillis = waitedMillis - Math.min(baseMillis, earlierBaseMillis);
        double missing = Math.max(-1, (TARGET_MILLIS - queueMillis) / TARGET_MILLIS);
        queueSeen |= missing < GAIN;
        if (missing < 0 || out >= size / 2) {
            // One of `size` answers of a round trip.
            size = Math.min(MAX, Math.max(MIN, size + (queueSeen ? GAIN * missing : 1)));
        }
    }

    private void updateBase(long waitedMillis, long nowNanos) {
        if (!started || nowNanos - baseSinceNanos > BASE_NANOS) {
            earlierBaseMillis = baseMillis;
            baseMillis = Double.POSITIVE_INFINITY;
            baseSinceNanos = nowNanos;
            started = true;
        }
        baseMillis = Math.min(baseMillis, waitedMillis);
    }
}
