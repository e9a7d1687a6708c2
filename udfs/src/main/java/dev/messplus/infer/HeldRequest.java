package dev.messplus.infer;

import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request that the operator has read and not answered. */
final class HeldRequest {

    /** The request whose time is up first comes first. */
    static final Comparator<HeldRequest> BY_EXPIRY =
            Comparator.<HeldRequest>comparingLong(held -> held.expiresAtMillis)
                    .thenComparingLong(held -> held.number);

    /** Milliseconds since the epoch that never come. */
    static final long NEVER = Long.MAX_VALUE;

    private final RoutedRequest routed;
    private final long number;
    private final ModelQueue queue;
    private final long takenNanos = System.nanoTime();
    private final long sentAtMillis;
    private final long deadlineMillis;
    private final long expiresAtMillis;
    private final AtomicBoolean answered = new AtomicBoolean();
    private ByteBudget.Lease lease;
    private boolean called;
    private long calledUntilNanos;
    private boolean hasTurn;
    private boolean callsEnded;

    /**
     * A request that was just read.
     *
     * @param number its number, in the order of reading
     * @param queue of the model that it is to be answered by
     * @param nowMillis time of the clock, in milliseconds since the epoch
     */
    HeldRequest(
            RoutedRequest routed,
            long number,
            ModelQueue queue,
            BacklogPolicy policy,
            long nowMillis) {
        PromptRequest request = routed.request();
        this.routed = routed;
        this.number = number;
        this.queue = queue;
        // A sender's clock may be fast.
        sentAtMillis =
                request.sentAtMillis() > 0
                        ? Math.min(request.sentAtMillis(), nowMillis)
                        : nowMillis;
        deadlineMillis = after(request.timeoutMillis());
        expiresAtMillis = Math.min(deadlineMillis, after(policy.shedAfterMillis()));
    }

    private long after(long millis) {
        return millis > 0 ? sentAtMillis + millis : NEVER;
    }

    RoutedRequest routed() {
        return routed;
    }

    /** Number in the order of reading. */
    long number() {
        return number;
    }

    /** The queue of the model that it is to be answered by. */
    ModelQueue queue() {
        return queue;
    }

    /** When it was read, on the clock of {@link System#nanoTime}. */
    long takenNanos() {
        return takenNanos;
    }

    /** When it was sent, in milliseconds since the epoch; not in the future. */
    long sentAtMillis() {
        return sentAtMillis;
    }

    /** When it expires unless it is called before, in milliseconds since the epoch. */
    long expiresAtMillis() {
        return expiresAtMillis;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /** How long its calls may take, in milliseconds from {@code nowMillis}. */
    long callMillis(long nowMillis, long requestTimeoutMillis) {
        return Math.min(requestTimeoutMillis, deadlineMillis - nowMillis);
    }

    /** Why it expired. */
    String expiry(long nowMillis) {
        String limit =
                expiresAtMillis == deadlineMillis
                        ? "timeout_ms=" + routed.request().timeoutMillis()
                        : "shedAfterMillis=" + (expiresAtMillis - sentAtMillis);
        return "expired before a call: sent %d ms ago, %s"
                .formatted(nowMillis - sentAtMillis, limit);
    }

    /** Bytes that it holds until it is answered. */
    void holds(ByteBudget.Lease bytes) {
        lease = bytes;
    }

    /** More bytes are held, those of an answer. */
    void grow(long bytes) {
        lease.grow(bytes);
    }

    /**
     * Its call begins.
     *
     * @param turn whether it waited for the turn of its first call already
     */
    void begin(boolean turn) {
        hasTurn = turn;
    }

    /** Its calls end by then, on {@link System#nanoTime}, which nobody sets. */
    void calledUntil(long nanos) {
        called = true;
        calledUntilNanos = nanos;
    }

    /** Whether its calls were to end by then. */
    boolean wasCalledUntil(long nanos) {
        return called && nanos - calledUntilNanos >= 0;
    }

    boolean hasTurn() {
        return hasTurn;
    }

    /** Marks it as answered; false if it was before. Any thread may do so. */
    boolean tryAnswer() {
        return answered.compareAndSet(false, true);
    }

    /** Notes that its calls have ended; false if they had before. On the task's thread. */
    boolean endCalls() {
        boolean ended = callsEnded;
        callsEnded = true;
        return !ended;
    }

    /** Releases its bytes. */
    void release() {
        if (lease != null) {
            lease.close();
        }
    }
}
