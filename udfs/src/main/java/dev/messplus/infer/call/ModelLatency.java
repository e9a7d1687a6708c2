package dev.messplus.infer.call;

import java.util.concurrent.TimeUnit;

/**
 * How long one model takes to answer, and from what time on it is to blame for no answer. Safe for
 * use by several threads.
 *
 * <p>An attempt blames the server if it was given the operator's deadline, or more time than the
 * answers of the model take. How long a client waits does not enter: sixteen clients that leave
 * after 2 s must not have a model shut off for everybody that answers after 3 s.
 */
public final class ModelLatency {

    /** Answers before the latency counts. */
    public static final int MIN_ANSWERS = 8;

    /** Gains, number of deviations and least bound of TCP's retransmission timeout, RFC 6298. */
    private static final double LATENCY_GAIN = 1.0 / 8;

    private static final double DEVIATION_GAIN = 1.0 / 4;
    private static final int DEVIATIONS = 4;
    private static final double MIN_BOUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** An attempt waits for its permit, and may come after another: it never has all the time. */
    private static final double WHOLE = 0.9;

    private final double wholeNanos;
    private int answers;
    private double smoothedNanos;
    private double deviationNanos;

    /**
     * Nothing is known of the latency.
     *
     * @param requestTimeoutMillis the operator's deadline of a request, in milliseconds
     */
    public ModelLatency(long requestTimeoutMillis) {
        wholeNanos = WHOLE * TimeUnit.MILLISECONDS.toNanos(requestTimeoutMillis);
    }

    /** An attempt was answered after {@code nanos}. */
    synchronized void answered(long nanos) {
        if (answers == 0) {
            smoothedNanos = nanos;
            deviationNanos = nanos / 2.0;
        } else {
            double error = nanos - smoothedNanos;
            deviationNanos += DEVIATION_GAIN * (Math.abs(error) - deviationNanos);
            smoothedNanos += LATENCY_GAIN * error;
        }
        answers = Math.min(MIN_ANSWERS, answers + 1);
    }

    /**
     * The time of an attempt was up without an answer.
     *
     * @param givenNanos the time that it was given, in nanoseconds
     * @return whether the server is to blame
     */
    synchronized boolean unanswered(long givenNanos) {
        double enough = wholeNanos;
        if (answers == MIN_ANSWERS) {
            double boundNanos = smoothedNanos + DEVIATIONS * deviationNanos;
            enough = Math.min(enough, Math.max(MIN_BOUND_NANOS, boundNanos));
        }
        return givenNanos >= enough;
    }
}
