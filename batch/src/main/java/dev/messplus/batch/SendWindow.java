package dev.messplus.batch;

import java.util.HashMap;
import java.util.Map;

/**
 * How many lines of a batch are out at a time: enough to keep the models busy, and few enough that
 * others' requests, which stand behind them in the same topic, hardly wait.
 *
 * <p>It is the law of LEDBAT (RFC 6817), a transport that yields to all others. Each response says
 * how long its request waited for its decision. The smallest such time of the last minutes is what
 * a request waits without a queue; what is beyond is the queue. The window grows while the queue is
 * shorter than {@link #TARGET_MILLIS}, in proportion to what is missing, and shrinks while it is
 * longer, so others' traffic displaces the batch. The window changes by a share of itself and not
 * by a segment per round trip, because round trips take seconds here; and it doubles with each
 * round trip until there first is a queue, as TCP does.
 *
 * <p>A window is not sent at once but over a round trip. Without such a pace the batch would be a
 * queue by itself under {@code exactly_once}, where responses become visible, and make room for
 * lines, only with each checkpoint.
 */
final class SendWindow {

    /**
     * Queue that the batch aims at, in milliseconds: the wait that it adds for others. Without a
     * queue models would idle whenever answers come in bursts. The RFC's 100 ms are for packets.
     */
    static final long TARGET_MILLIS = 1_000;

    /**
     * Most by which a round trip changes the window, as a share of it; LEDBAT's GAIN. With 0.5, the
     * window swings where a round trip is longer than the target, and models idle 15% of the time.
     */
    private static final double GAIN = 0.25;

    private static final int FIRST = 64;

    /** The least, so that a batch makes progress whatever others do. */
    private static final int MIN = 8;

    /** Most lines that are out, which bounds the memory of the batch and of the topic. */
    private static final int MAX = 100_000;

    /**
     * How fast the smallest wait is forgotten, in milliseconds a millisecond: clocks that disagree
     * more and more do so by less. RFC 6817 (3.4.2) forgets it after ten minutes; then the queue of
     * the batch itself would be taken for the wait without one.
     */
    private static final double CLOCK_DRIFT = 1e-4;

    /**
     * After a silence of so many round trips, something else was wrong: how long the lines took
     * that were out meanwhile says nothing of the round trip.
     */
    private static final int SILENT_ROUND_TRIPS = 4;

    /** How much faster than a window per round trip lines are sent, as Linux's TCP does. */
    private static final double PACE = 1.25;

    /** Lines that are sent at once after a pause: those of this time. */
    private static final double BURST_NANOS = 100e6;

    private final boolean fixed;
    private final Map<Long, Long> sentNanos = new HashMap<>();
    private double size;
    private boolean queueSeen;
    private double baseMillis = Double.POSITIVE_INFINITY;
    private long answeredNanos;

    /** Lines that were sent before say nothing of the round trip. */
    private long silentUntilNanos = Long.MIN_VALUE;

    /** Mean and mean deviation of the round trips, in nanoseconds; NaN before the first. */
    private double roundTrip = Double.NaN;

    private double roundTripDeviation;

    /** Lines that may be sent by the pace, and when that was true. */
    private double allowance;

    private long allowanceNanos;

    /** Whether the pace, and not the window, says how many lines are out. */
    private boolean paced;

    private SendWindow(double size, boolean fixed) {
        this.size = size;
        this.fixed = fixed;
    }

    /** A window that adapts. */
    static SendWindow adaptive() {
        return new SendWindow(FIRST, false);
    }

    /** A window that stays as it is, and is sent at once. */
    static SendWindow of(int lines) {
        return new SendWindow(lines, true);
    }

    /** How many lines may be out, at least 1. */
    int size() {
        return (int) size;
    }

    /**
     * How many lines may be sent now.
     *
     * @param out how many are out
     */
    long room(long out, long nowNanos) {
        long room = Math.max(0, size() - out);
        if (fixed || Double.isNaN(roundTrip)) {
            return room;
        }
        double perNano = PACE * size / longestRoundTrip();
        allowance =
                Math.min(
                        1 + perNano * BURST_NANOS,
                        allowance + perNano * (nowNanos - allowanceNanos));
        allowanceNanos = nowNanos;
        paced = allowance < room;
        return Math.min(room, (long) allowance);
    }

    /** Takes in that a line was sent. */
    void sent(long line, long nowNanos) {
        allowance--;
        if (!fixed) {
            sentNanos.put(line, nowNanos);
        }
    }

    /**
     * Takes in an answer.
     *
     * @param waitedMillis how long its request waited for its decision
     * @param out how many lines were out: a window that is not used does not grow
     */
    void answered(long line, long waitedMillis, long out, long nowNanos) {
        Long sentAt = sentNanos.remove(line);
        if (sentAt == null) {
            // Sent by an earlier run, or the window is fixed.
            return;
        }
        double silenceNanos = Double.isNaN(roundTrip) ? 0 : nowNanos - answeredNanos;
        if (silenceNanos > SILENT_ROUND_TRIPS * longestRoundTrip()) {
            silentUntilNanos = nowNanos;
        }
        if (sentAt > silentUntilNanos) {
            updateRoundTrip(nowNanos - sentAt);
        }
        baseMillis = Math.min(baseMillis + CLOCK_DRIFT * silenceNanos / 1e6, waitedMillis);
        answeredNanos = nowNanos;
        double queueMillis = waitedMillis - baseMillis;
        double missing = Math.max(-1, (TARGET_MILLIS - queueMillis) / TARGET_MILLIS);
        queueSeen |= queueMillis > TARGET_MILLIS / 2.0;
        if (missing < 0 || paced || out >= size / 2) {
            // One of the `size` answers of a round trip.
            size = Math.min(MAX, Math.max(MIN, size + (queueSeen ? GAIN * missing : 1)));
        }
    }

    /** Takes in that a line will have no answer that counts. */
    void forget(long line) {
        sentNanos.remove(line);
    }

    private void updateRoundTrip(double nanos) {
        if (Double.isNaN(roundTrip)) {
            roundTrip = nanos;
            return;
        }
        // Over about a window, in which a checkpoint shows the longest and the shortest.
        double weight = 1 / size;
        roundTripDeviation += weight * (Math.abs(nanos - roundTrip) - roundTripDeviation);
        roundTrip += weight * (nanos - roundTrip);
    }

    /** The mean and two mean deviations: with checkpoints, about the longest round trip. */
    private double longestRoundTrip() {
        return roundTrip + 2 * roundTripDeviation;
    }
}
