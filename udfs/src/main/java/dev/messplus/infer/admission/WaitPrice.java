package dev.messplus.infer.admission;

import java.util.concurrent.TimeUnit;

/**
 * What it costs that a request waits, in joules: the term omega_m s_m beside E_m - lambda A_m
 * (Neely, "Stochastic Network Optimization", 2010, chapter 4: the backlog of a server enters the
 * objective as the promise does).
 *
 * <p>A wait is measured in calls, so that nobody has to know how long the calls of a zoo take, and
 * priced in answers, so that nobody has to know its joules:
 *
 * <pre>
 *   cost = E wait / (patience (1 - fullness)),   patience = PATIENCE calls of the model or the job
 * </pre>
 *
 * A short wait costs next to nothing, so that a backlog waits for the model that the rule prefers.
 * A long one is worth it if the promise needs it: lambda grows until it is. The more requests wait,
 * the dearer each wait, so that their number is bounded.
 *
 * <p>Any thread may use this.
 */
final class WaitPrice {

    /**
     * The number of calls that a request waits for at the price of an answer. The queue of a busy
     * model is a few calls long, see {@link Room}, which costs a tenth of that.
     */
    static final double PATIENCE = 32;

    /**
     * The shortest patience, in nanoseconds: garbage collection and a busy machine hold up calls
     * for tenths of a second. Without it, models that answer in milliseconds would seem to hang.
     */
    static final long LEAST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * A model whose calls all take so many times their mean may be slow, and does not hang. Without
     * it, one with many places and calls of equal length would seem to hang when it is busy.
     */
    private static final double SLOW = 4;

    /** For how long the first answer is waited for, in nanoseconds: a model may have to load. */
    private static final long FIRST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * The part of the room that is left, at least, for short waits: they have a cost even if there
     * is no room, which tells a shorter one from a longer one.
     */
    private static final double LEAST_LEFT = 0.01;

    /** Weight of a call in the mean, as of a round-trip time in TCP (RFC 6298). */
    private static final double GAIN = 1.0 / 8;

    private volatile double meanCallNanos;

    /** A call of any model was answered after {@code nanos}. */
    synchronized void answered(long nanos) {
        meanCallNanos = mean(meanCallNanos, nanos);
    }

    /** The next value of a moving mean of durations; {@code mean} is 0 before the first. */
    static double mean(double mean, long nanos) {
        return mean == 0 ? nanos : mean + GAIN * (nanos - mean);
    }

    /**
     * The wait that costs an answer, in nanoseconds.
     *
     * @param callNanos mean duration of the calls of the model that is waited for; 0 if unknown
     */
    double patienceNanos(double callNanos) {
        return Math.max(LEAST_PATIENCE_NANOS, PATIENCE * Math.max(callNanos, meanCallNanos));
    }

    /**
     * Whether a wait is long for a job with such calls, of all models: longer than a queue that
     * moves. Not before the first answer.
     */
    boolean isLong(double nanos) {
        return meanCallNanos > 0 && nanos >= patienceNanos(0);
    }

    /**
     * How long a model may answer nothing until it hangs, in nanoseconds: the time of many of its
     * calls, and of its longest. Nobody waits for it then who has a choice, whatever that costs.
     *
     * @param callNanos mean duration of its calls; 0 if it has not answered yet
     * @param longestCallNanos its longest call lately
     * @param places its calls at a time
     */
    double hangsAfterNanos(double callNanos, double longestCallNanos, int places) {
        if (callNanos == 0) {
            return Math.max(FIRST_ANSWER_NANOS, patienceNanos(0));
        }
        double calls = Math.max(SLOW, PATIENCE / places);
        return Math.max(LEAST_PATIENCE_NANOS, Math.max(longestCallNanos, calls * callNanos));
    }

    /**
     * The cost of a wait, in answers of the model that is waited for.
     *
     * @param nanos how long it is, in nanoseconds
     * @param callNanos mean duration of the calls of the model; 0 if unknown
     * @param fullness requests that wait, as a part of those that may wait at most, from 0 to 1
     * @return 0 before the first answer; infinite if the wait is {@link #isLong long} and there is
     *     no room
     */
    double answers(double nanos, double callNanos, double fullness) {
        if (meanCallNanos == 0) {
            return 0;
        }
        if (fullness >= 1 && isLong(nanos)) {
            return Double.POSITIVE_INFINITY;
        }
        double left = Math.max(1 - fullness, LEAST_LEFT);
        return nanos / (patienceNanos(callNanos) * left);
    }

    /**
     * The cost of a wait, in joules.
     *
     * @param answers its cost in answers; infinite if the model hangs
     * @param answerJoules what an answer takes; {@code NaN} if unknown: the wait then costs nothing
     *     until it costs an answer, and more than any model from then on
     */
    static double joules(double answers, double answerJoules) {
        if (Double.isNaN(answerJoules)) {
            return answers < 1 ? 0 : Double.POSITIVE_INFINITY;
        }
        return answers == Double.POSITIVE_INFINITY ? answers : answers * answerJoules;
    }

    /**
     * The inverse of {@link #joules}: a wait that costs more than {@code joules} costs at least so
     * many answers.
     *
     * @param answerJoules what an answer takes; {@code NaN} if unknown
     */
    static double leastAnswers(double joules, double answerJoules) {
        if (joules < 0) {
            return 0;
        }
        if (Double.isNaN(answerJoules)) {
            return 1;
        }
        return answerJoules > 0 ? joules / answerJoules : Double.POSITIVE_INFINITY;
    }
}
