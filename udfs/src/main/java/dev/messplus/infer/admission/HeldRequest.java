package dev.messplus.infer.admission;

import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicBoolean;

/** A request that the operator has read and not answered. */
public final class HeldRequest {

    /** The request whose time is up first comes first. */
    static final Comparator<HeldRequest> BY_EXPIRY =
            Comparator.<HeldRequest>comparingLong(held -> held.expiresAtMillis)
                    .thenComparingLong(held -> held.number);

    /** Milliseconds since the epoch that never come. */
    public static final long NEVER = Long.MAX_VALUE;

    private final RoutedRequest routed;
    private final long number;
    private final ModelQueue queue;
    private final long takenNanos = System.nanoTime();
    private final long sentAtMillis;
    private final long deadlineMillis;
    private final long expiresAtMillis;
    private final AtomicBoolean answered = new AtomicBoolean();
    private ByteBudget.Lease lease;
    private boolean underWay;
    private volatile Permit permit;
    private Deadline lost;

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

    public RoutedRequest routed() {
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
    public long takenNanos() {
        return takenNanos;
    }

    /** When it was sent, in milliseconds since the epoch; not in the future. */
    public long sentAtMillis() {
        return sentAtMillis;
    }

    /** When it expires unless it is called before, in milliseconds since the epoch. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    boolean isExpired(long nowMillis) {
        return nowMillis >= expiresAtMillis;
    }

    /** How long its calls may take, in milliseconds from {@code nowMillis}. */
    public long callMillis(long nowMillis, long requestTimeoutMillis) {
        return Math.min(requestTimeoutMillis, deadlineMillis - nowMillis);
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

    /** It is under way, with the permit for its first call; {@code null} if there is none. */
    void begin(Permit first) {
        underWay = true;
        permit = first;
        queue.waited(System.nanoTime() - takenNanos);
    }

    /** Takes the permit for its first call, if it is one for {@code model}; else {@code null}. */
    public Permit takePermit(String model) {
        Permit first = permit;
        if (first == null || !first.model().equals(model)) {
            return null;
        }
        permit = null;
        return first;
    }

    /** It is given up at this deadline, whatever happened; canceled when it is answered. */
    public void lostAt(Deadline deadline) {
        lost = deadline;
    }

    /** Marks it as answered; false if it was before. Any thread may do so. */
    public boolean tryAnswer() {
        return answered.compareAndSet(false, true);
    }

    /** Its calls have ended; false if they had before, or never began. On the task's thread. */
    boolean endCalls() {
        boolean ended = underWay;
        underWay = false;
        Permit first = permit;
        if (first != null) {
            // No model was called with it.
            first.release();
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
}
