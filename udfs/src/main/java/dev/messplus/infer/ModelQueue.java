package dev.messplus.infer;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.flink.metrics.Histogram;

/** The requests of one subtask whose first choice is one model: those called, those waiting. */
final class ModelQueue {

    private final WaitingRoom waiting = new WaitingRoom();
    private final Histogram queueMillis = Histograms.recent();
    private final int share;
    private final Supplier<CompletableFuture<Void>> turns;
    private final Runnable onTurn;
    private volatile int called;

    /** The turn of the request that is called next; {@code null} before one waits for it. */
    private CompletableFuture<Void> turn;

    /**
     * An empty queue.
     *
     * @param share requests that this subtask may call at a time, and as many may wait
     * @param turns waits for the turn of a call, as {@link ModelGate#takeTurn} does
     * @param onTurn told on any thread when a turn has come that was waited for
     */
    ModelQueue(int share, Supplier<CompletableFuture<Void>> turns, Runnable onTurn) {
        this.share = share;
        this.turns = turns;
        this.onTurn = onTurn;
    }

    WaitingRoom waiting() {
        return waiting;
    }

    /** Requests that this subtask may call at a time. */
    int share() {
        return share;
    }

    /** Whether as many requests wait as may. */
    boolean isFull() {
        return waiting.size() >= share;
    }

    /**
     * Whether a request waits that may be called now. If only its turn is missing, this waits for
     * it: during the call, the time of the call would run.
     */
    boolean mayCall() {
        if (called >= share || waiting.size() == 0) {
            return false;
        }
        if (turn == null) {
            turn = turns.get();
            if (!turn.isDone()) {
                CompletableFuture<Void> unused = turn.whenComplete((now, refused) -> onTurn.run());
            }
        }
        return turn.isDone();
    }

    /** Begins a call that {@link #mayCall} permits; tells whether it has its turn. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    boolean begin() {
        called++;
        boolean hasTurn = !turn.isCompletedExceptionally();
        turn = null;
        return hasTurn;
    }

    /** A request was called so long after it was read. */
    void waited(long nanos) {
        queueMillis.update(TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    /** How long requests waited, in milliseconds; any thread may read it. */
    Histogram queueMillis() {
        return queueMillis;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by the task's thread alone
    void end() {
        called--;
    }

    /** Requests that this subtask calls now; any thread may read it. */
    int called() {
        return called;
    }
}
