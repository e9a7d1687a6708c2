package dev.messplus.infer.admission;

import dev.messplus.core.AnswerPlan;
import dev.messplus.core.JudgeReading;
import dev.messplus.core.Mode;
import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.record.RoutedRequestBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * A request that the operator has read and not answered. It waits for a place at one of its models,
 * is called, and waits again if that call failed and another model may be called.
 */
public final class HeldRequest {

    /** The request whose time is up first comes first. */
    static final Comparator<HeldRequest> BY_EXPIRY =
            Comparator.<HeldRequest>comparingLong(held -> held.expiresAtMillis)
                    .thenComparingLong(held -> held.number);

    /** With less time, another call would cost energy and bring no answer. */
    static final long MIN_CALL_MILLIS = 50;

    /**
     * How long before its sender's deadline a request has its answer, in milliseconds: a producer's
     * batch and the way to the sender take a few. Without it, a request whose scorer or second
     * model hangs would be served at the moment when nobody waits for it any more.
     */
    private static final long DELIVERY_MILLIS = 50;

    /** Milliseconds since the epoch that never come. */
    public static final long NEVER = Long.MAX_VALUE;

    private final long number;
    private final long takenNanos = System.nanoTime();
    private final long sentAtMillis;
    private final long waitedMillis;
    private final long deadlineMillis;
    private final AtomicBoolean answered = new AtomicBoolean();

    /** Written by one thread at a time: the task's, or one that ends a call of the request. */
    private volatile RoutedRequest routed;

    private long expiresAtMillis;
    private long giveUpAtMillis = NEVER;

    /** How many models were called, the first of the ranking. */
    private int called;

    /** Ranks of the models that may be called next, in the order of the ranking. */
    private List<Integer> next;

    /** The queue that it waits in; {@code null} if it does not wait. */
    private ModelQueue queue;

    private ByteBudget.Lease lease;
    private boolean underWay;
    private boolean metering;
    private Deadline lost;

    /**
     * A request that was just read.
     *
     * @param number its number, in the order of reading
     * @param nowMillis time of the clock, in milliseconds since the epoch
     */
    HeldRequest(RoutedRequest routed, long number, BacklogPolicy policy, long nowMillis) {
        PromptRequest request = routed.request();
        this.routed = routed;
        this.number = number;
        // A sender's clock may be fast.
        sentAtMillis =
                request.sentAtMillis() > 0
                        ? Math.min(request.sentAtMillis(), nowMillis)
                        : nowMillis;
        waitedMillis = nowMillis - sentAtMillis;
        deadlineMillis = after(request.timeoutMillis());
        expiresAtMillis = Math.min(deadlineMillis, after(policy.shedAfterMillis()));
        int first = isExplored() ? routed.asked() : routed.ranking().size();
        next = IntStream.range(0, first).boxed().toList();
    }

    private long after(long millis) {
        return millis > 0 ? sentAtMillis + millis : NEVER;
    }

    /**
     * The request and its decision. The ranking begins with the models that were called. Any thread
     * may read it.
     */
    public RoutedRequest routed() {
        return routed;
    }

    /** Whether several models are called at once. */
    public boolean isExplored() {
        return routed.mode() == Mode.EXPLORE;
    }

    /**
     * Whether its next calls are several at once: those of an explored request that was not called.
     */
    boolean asksTogether() {
        return isExplored() && called == 0;
    }

    /** Number in the order of reading. */
    long number() {
        return number;
    }

    /** When it was read, on the clock of {@link System#nanoTime}. */
    public long takenNanos() {
        return takenNanos;
    }

    /** When it was sent, in milliseconds since the epoch; not in the future. */
    public long sentAtMillis() {
        return sentAtMillis;
    }

    /** How long it waited from when it was sent to its decision, in milliseconds, at least 0. */
    public long waitedMillis() {
        return waitedMillis;
    }

    /** When it expires unless it is called before, in milliseconds since the epoch. */
    long expiresAtMillis() {
        return expiresAtMillis;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /** Whether its sender says how long it waits. */
    public boolean hasDeadline() {
        return deadlineMillis != NEVER;
    }

    /**
     * How long a call of it may take, in milliseconds from {@code nowMillis}: all that its sender
     * waits but {@value #DELIVERY_MILLIS} ms, and but half of what is left if that is less.
     */
    public long callMillis(long nowMillis, long requestTimeoutMillis) {
        long leftMillis = deadlineMillis - nowMillis;
        return Math.min(
                requestTimeoutMillis, leftMillis - Math.min(DELIVERY_MILLIS, leftMillis / 2));
    }

    /** For how much longer it may wait for a call, in milliseconds. */
    public long waitMillis(long nowMillis) {
        return expiresAtMillis - nowMillis;
    }

    /** Why it expired. */
    public String expiry(long nowMillis) {
        String limit =
                expiresAtMillis == deadlineMillis
                        ? "timeout_ms=" + routed.request().timeoutMillis()
                        : "shedAfterMillis=" + (expiresAtMillis - sentAtMillis);
        return "expired before a call: sent %d ms ago, %s"
                .formatted(nowMillis - sentAtMillis, limit);
    }

    /** Bytes that it holds until it is answered. */
    public void holds(ByteBudget.Lease bytes) {
        lease = bytes;
    }

    /** More bytes are held, those of an answer. */
    public void grow(long bytes) {
        lease.grow(bytes);
    }

    // Where it waits

    /** Ranks of the models that may be called next, in the order of the ranking. */
    List<Integer> next() {
        return next;
    }

    /** Rank of a model that may be called next; -1 if it may not. */
    int rankOf(String model) {
        for (int rank : next) {
            if (routed.ranking().get(rank).equals(model)) {
                return rank;
            }
        }
        return -1;
    }

    /** Whether more than one model may be called next. It does not change while it waits. */
    boolean hasChoice() {
        return next.size() > 1;
    }

    /** How much worse a model is than the best, in joules. */
    double regretJoules(int rank) {
        return routed.regretJoules()[rank];
    }

    /** What sending it to a model adds, in joules; {@code NaN} if unknown. */
    double priceJoules(int rank) {
        return routed.priceJoules()[rank];
    }

    /**
     * The cost of a wait, in answers of the model that is waited for, below which another model
     * does not cost less.
     *
     * @param from rank of the model that it waits for
     * @param to rank of the other one
     */
    double answersToLeave(int from, int to) {
        return WaitPrice.leastAnswers(regretJoules(to) - regretJoules(from), priceJoules(from));
    }

    ModelQueue queue() {
        return queue;
    }

    void waitsIn(ModelQueue newQueue) {
        queue = newQueue;
    }

    // Its calls

    /**
     * The call of a model begins: the ranking has it behind those that were called before. If
     * several models are asked at once, the ranking stays as it was decided.
     *
     * @param model {@code null} if none of its models is in the zoo
     */
    void begin(String model) {
        underWay = true;
        queue = null;
        if (model == null) {
            return;
        }
        if (asksTogether()) {
            called = routed.asked();
            return;
        }
        callRank(rankOf(model));
    }

    /**
     * Another of its models is called although one has answered, while its calls are under way. On
     * any thread, but one at a time.
     *
     * @param rank of the model, which was not called
     * @return its rank from now on: behind the models that were called before
     */
    public int callAnother(int rank) {
        return callRank(rank);
    }

    private int callRank(int rank) {
        if (rank < called) {
            return rank;
        }
        if (rank > called) {
            routed = withRank(routed, rank, called);
        }
        return called++;
    }

    /** How many models were called, or are; they are the first of the ranking. */
    public int called() {
        return called;
    }

    /**
     * Its call failed, and it waits for another one. Its sender's deadline may end that, and {@link
     * #giveUpAt}.
     *
     * @param ranks of the models that may be called next, in the order of the ranking
     */
    public void waitAgain(List<Integer> ranks) {
        next = ranks;
        setExpiry();
    }

    /**
     * It waits no longer than until then. It must not be waiting.
     *
     * @param millis since the epoch
     * @param anew whether this replaces an earlier time; otherwise the first one counts
     */
    public void giveUpAt(long millis, boolean anew) {
        if (anew || giveUpAtMillis == NEVER) {
            giveUpAtMillis = millis;
            setExpiry();
        }
    }

    private void setExpiry() {
        long lastCallMillis = hasDeadline() ? deadlineMillis - MIN_CALL_MILLIS : NEVER;
        expiresAtMillis = Math.min(lastCallMillis, giveUpAtMillis);
    }

    /** It waits for its meter alone; false if it did before. */
    boolean awaitsMeter() {
        boolean before = metering;
        metering = true;
        return !before;
    }

    boolean isAwaitingMeter() {
        return metering;
    }

    /** It is given up at this deadline, whatever happened; canceled when its call has ended. */
    public void lostAt(Deadline deadline) {
        lost = deadline;
    }

    /** Its call has ended in time; on any thread. */
    public void callEnded() {
        lost.cancel();
    }

    /** Whether it was marked as answered. */
    public boolean isAnswered() {
        return answered.get();
    }

    /** Marks it as answered; false if it was before. Any thread may do so. */
    public boolean tryAnswer() {
        return answered.compareAndSet(false, true);
    }

    /** Its calls have ended; false if they had before, or never began. On the task's thread. */
    boolean endCalls() {
        boolean ended = underWay;
        underWay = false;
        if (lost != null) {
            lost.cancel();
        }
        return ended;
    }

    /** Releases its bytes; nothing waits for it any more. */
    void releaseBytes() {
        if (lease != null) {
            lease.close();
        }
        if (lost != null) {
            lost.cancel();
        }
    }

    /** The same decision with the model of rank {@code from} at rank {@code to}, before it. */
    private static RoutedRequest withRank(RoutedRequest routed, int from, int to) {
        List<String> ranking = new ArrayList<>(routed.ranking());
        Collections.rotate(ranking.subList(to, from + 1), 1);
        return RoutedRequestBuilder.builder(routed)
                .ranking(ranking)
                .predictedScores(rotated(routed.predictedScores(), from, to))
                .estimatedJoules(rotated(routed.estimatedJoules(), from, to))
                .priceJoules(rotated(routed.priceJoules(), from, to))
                .regretJoules(rotated(routed.regretJoules(), from, to))
                .plan(withRank(routed.plan(), from, to))
                .reading(withRank(routed.reading(), from, to))
                .build();
    }

    /** {@code null} if the plan does not know the model: it was unavailable. */
    private static AnswerPlan withRank(AnswerPlan plan, int from, int to) {
        return plan == null || from >= plan.costs().length
                ? null
                : new AnswerPlan(
                        rotated(plan.costs(), from, to),
                        rotated(plan.forecasts(), from, to),
                        rotated(plan.optimism(), from, to),
                        plan.spread(),
                        plan.correlation(),
                        plan.slope());
    }

    private static JudgeReading withRank(JudgeReading reading, int from, int to) {
        return reading == null
                ? null
                : new JudgeReading(rotated(reading.atZero(), from, to), reading.slope());
    }

    private static double[] rotated(double[] values, int from, int to) {
        double[] copy = values.clone();
        System.arraycopy(values, to, copy, to + 1, from - to);
        copy[to] = values[from];
        return copy;
    }
}
