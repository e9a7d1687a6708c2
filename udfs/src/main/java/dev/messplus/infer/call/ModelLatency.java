package dev.messplus.infer.call;

import dev.messplus.core.cost.AnswerLengths;
import dev.messplus.record.OwnerParams;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long one model takes to answer, from what time on no answer is to be expected any more, and
 * from what time on the model is to blame for none. Safe for use by several threads.
 *
 * <p>An answer of n tokens takes a time f + c n, by least squares on its last answers. The limit of
 * an attempt is the time of an answer that is longer than {@value #SHARE} of the model's under the
 * same maximum, times {@value #MIN_MARGIN}, or 1 + {@value #DEVIATIONS} mean relative deviations if
 * that is more, and at least a second. A server that does not report tokens is taken to answer with
 * one each time, so that the limit is on its time alone.
 *
 * <p>An attempt that no longer waits without having got an answer teaches, too: the answer has at
 * least the tokens that would have come by then. So a model that takes longer than before, for some
 * of its answers or for all, gets more time.
 *
 * <p>A scorer that is a service is timed alike: each of its scores counts as one token.
 */
public final class ModelLatency {

    /** Answers before the latency counts: until then, what is assumed of lengths decides. */
    public static final int MIN_ANSWERS = 20;

    /**
     * How long the last answer counts as one of the present. A model that was not called for longer
     * may have been unloaded, and a call that is given up may have it load anew.
     */
    static final long PRESENT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Of the answers, those that the limit is enough for even without a margin. */
    private static final double SHARE = 0.99;

    /**
     * Least time for an answer of that length, in what it takes at present: a larger batch may
     * double it. Of simulated answers whose lengths and times are log-normal, .1 to .3% are cut by
     * the limit; without a margin 1%, and 40% where a maximum cuts many.
     */
    private static final double MIN_MARGIN = 2;

    /**
     * Gain and number of deviations, and least limit, of TCP's retransmission timeout, RFC 6298.
     * Without deviations, twice as many answers are cut where times vary by 60%, and more when a
     * server becomes slow at once.
     */
    private static final double DEVIATION_GAIN = 1.0 / 4;

    private static final int DEVIATIONS = 4;
    private static final double MIN_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Weight that the time of an answer keeps with every later one: the last 33 or so count. */
    private static final double FORGETTING = 0.97;

    /** An attempt waits for its permit, and may come after another: it never has all the time. */
    private static final double WHOLE = 0.9;

    private final double wholeNanos;
    private final int defaultMaxTokens;
    private final int maxTokensCeiling;
    private final LongSupplier clock;
    private final Silence silence;

    private final AnswerLengths lengths = new AnswerLengths();
    private int answers;
    private long lastAnswerNanos;

    /** Mean of what times differ from what they were expected to be, relative to that. */
    private double deviation;

    // Discounted sums over the answers.
    private double weight;
    private double tokens;
    private double nanos;
    private double squaredTokens;
    private double tokensByNanos;

    /**
     * Nothing is known of the latency.
     *
     * @param requestTimeoutMillis the operator's deadline of a request, in milliseconds
     * @param params what the model's owner sets of the parameters of requests
     * @param clock in nanoseconds; it does not go back
     */
    public ModelLatency(long requestTimeoutMillis, OwnerParams params, LongSupplier clock) {
        wholeNanos = WHOLE * TimeUnit.MILLISECONDS.toNanos(requestTimeoutMillis);
        defaultMaxTokens = params.defaultMaxTokens();
        maxTokensCeiling = params.maxTokensCeiling();
        this.clock = clock;
        silence = new Silence(clock);
    }

    private ModelLatency(ModelLatency same) {
        wholeNanos = same.wholeNanos;
        defaultMaxTokens = same.defaultMaxTokens;
        maxTokensCeiling = same.maxTokensCeiling;
        clock = same.clock;
        silence = same.silence;
    }

    /**
     * The latency of other calls of the same model, of which nothing is known: those of a judge are
     * a token or two, and would have the limit of answers fall to the time of a grade. A reply to
     * either ends the silence of the model.
     */
    public ModelLatency ofOtherCalls() {
        return new ModelLatency(this);
    }

    /** An attempt begins. */
    public void asked() {
        silence.asked();
    }

    /**
     * An attempt has ended.
     *
     * @param replied whether the server replied, be it with an error
     */
    public void ended(boolean replied) {
        silence.ended(replied);
    }

    /**
     * An attempt was answered.
     *
     * @param afterNanos time of the attempt, in nanoseconds
     * @param itsTokens tokens of the answer; {@code NaN} if not reported
     * @param truncated whether the answer was cut at its maximum
     */
    public synchronized void answered(long afterNanos, double itsTokens, boolean truncated) {
        double length = itsTokens >= 1 ? itsTokens : 1;
        deviate(afterNanos, length);
        weight = FORGETTING * weight + 1;
        tokens = FORGETTING * tokens + length;
        nanos = FORGETTING * nanos + afterNanos;
        squaredTokens = FORGETTING * squaredTokens + length * length;
        tokensByNanos = FORGETTING * tokensByNanos + length * afterNanos;
        lengths.add(length, truncated, 1);
        answers = Math.min(MIN_ANSWERS, answers + 1);
        lastAnswerNanos = clock.getAsLong();
    }

    private void deviate(long afterNanos, double length) {
        if (answers == 0) {
            deviation = 0.5;
            return;
        }
        double expected = line().nanos(length);
        if (expected > 0) {
            double error = Math.abs(afterNanos - expected) / expected;
            deviation += DEVIATION_GAIN * (error - deviation);
        }
    }

    /** The time of an attempt was up without an answer, after {@code givenNanos}. */
    synchronized void unanswered(long givenNanos) {
        if (answers == 0) {
            return;
        }
        Line line = line();
        if (line.nanosPerToken > 0) {
            double length = (givenNanos - line.fixedNanos) / line.nanosPerToken;
            lengths.add(length, true, 1);
        }
    }

    /**
     * How long an attempt may take, in nanoseconds, until no answer is to be expected any more;
     * {@code Long.MAX_VALUE} if that is not known at present.
     *
     * @param maxTokens maximum completion tokens that the request sets; 0 if it sets none
     */
    public synchronized long limitNanos(int maxTokens) {
        if (answers < MIN_ANSWERS || clock.getAsLong() - lastAnswerNanos > PRESENT_NANOS) {
            return Long.MAX_VALUE;
        }
        double longest = Math.max(1, lengths.quantile(SHARE, mostTokens(maxTokens)));
        double margin = Math.max(MIN_MARGIN, 1 + DEVIATIONS * deviation);
        return (long) Math.max(MIN_LIMIT_NANOS, margin * line().nanos(longest));
    }

    /** Mean time of an answer, in nanoseconds; 0 before the first one. */
    public synchronized double meanNanos() {
        return answers == 0 ? 0 : nanos / weight;
    }

    /**
     * Whether the server is to blame for an attempt without an answer: if it was given the
     * operator's deadline, or its limit, or if nobody had a reply for as long as the deadline. How
     * long a client waits does not enter: sixteen clients that leave after 2 s must not have a
     * model shut off for everybody that answers after 3 s.
     *
     * @param givenNanos the time that the attempt was given, in nanoseconds
     * @param limitNanos by {@link #limitNanos} when it began
     */
    public synchronized boolean blames(long givenNanos, long limitNanos) {
        return givenNanos >= Math.min(wholeNanos, limitNanos) || silence.nanos() >= wholeNanos;
    }

    private int mostTokens(int asked) {
        int most = asked > 0 ? asked : defaultMaxTokens;
        return maxTokensCeiling > 0 && (most == 0 || most > maxTokensCeiling)
                ? maxTokensCeiling
                : most;
    }

    /** What an answer takes beside its tokens, and for each of them; neither is below 0. */
    private record Line(double fixedNanos, double nanosPerToken) {

        double nanos(double length) {
            return fixedNanos + nanosPerToken * length;
        }
    }

    /**
     * The line through the answers, and an answer of no tokens in no time. With this, all time goes
     * to the tokens if answers of one length alone have come.
     */
    private Line line() {
        double all = weight + 1;
        double slope =
                (tokensByNanos - tokens * nanos / all) / (squaredTokens - tokens * tokens / all);
        double perToken = Math.max(0, slope);
        double fixed = (nanos - perToken * tokens) / all;
        return fixed >= 0 ? new Line(fixed, perToken) : new Line(0, tokensByNanos / squaredTokens);
    }
}
