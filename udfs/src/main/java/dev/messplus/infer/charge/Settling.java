package dev.messplus.infer.charge;

import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.sharing.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Waits for the energy of answers, for as long as their meters say that it is worth it. */
public final class Settling {

    private final Executor executor;
    private final Deadlines deadlines;

    /**
     * Waits for no answer yet.
     *
     * @param executor runs what follows, because a meter's own thread must not be blocked
     */
    public Settling(Executor executor, Deadlines deadlines) {
        this.executor = executor;
        this.deadlines = deadlines;
    }

    /**
     * Waits for the energy of an answer.
     *
     * @param deadlineNanos when to wait no longer, on the clock of {@link System#nanoTime}
     * @return completes by the deadline
     */
    public CompletableFuture<Void> await(CallCharge charge, long deadlineNanos) {
        long waitMillis = charge.waitMillis();
        if (waitMillis == 0) {
            return CompletableFuture.completedFuture(null);
        }
        long worthUntil = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        CompletableFuture<Void> over = new CompletableFuture<>();
        Deadline timeout =
                deadlines.at(
                        deadlineNanos - worthUntil < 0 ? deadlineNanos : worthUntil,
                        () -> over.complete(null));
        Futures.whenComplete(
                charge.answered().settled().thenRunAsync(timeout::cancel, executor),
                (settled, failure) -> over.complete(null));
        return over;
    }
}
