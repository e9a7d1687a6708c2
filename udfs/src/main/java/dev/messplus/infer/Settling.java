package dev.messplus.infer;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Has answers wait until their meter has told their energy, for as long as the meter says that it
 * is worth to wait.
 */
final class Settling implements AutoCloseable {

    private final ExecutorService executor;
    private final ScheduledExecutorService timer;

    /** For each answer that waits, what ends the wait. */
    private final Set<Runnable> open = ConcurrentHashMap.newKeySet();

    /**
     * Has answers wait.
     *
     * @param executor runs what follows, because a meter's own thread must not be blocked
     * @param timer ends waits
     */
    Settling(ExecutorService executor, ScheduledExecutorService timer) {
        this.executor = executor;
        this.timer = timer;
    }

    /**
     * Waits for the energy of an answer.
     *
     * @param deadlineNanos when to wait no longer, on the clock of {@link System#nanoTime}
     * @return completes by the deadline with the answer and the energy that is known then
     */
    CompletableFuture<Answer> await(Answer answer, long deadlineNanos) {
        long leftNanos = deadlineNanos - System.nanoTime();
        long waitNanos = Math.min(leftNanos, TimeUnit.MILLISECONDS.toNanos(answer.waitMillis()));
        if (waitNanos <= 0) {
            return CompletableFuture.completedFuture(answer.metered());
        }
        CompletableFuture<Void> over = new CompletableFuture<>();
        Runnable end = () -> over.complete(null);
        open.add(end);
        Future<?> timeout = timer.schedule(end, waitNanos, TimeUnit.NANOSECONDS);
        CompletableFuture<Void> unused =
                answer.charge().settled().thenAcceptAsync(reading -> end.run(), executor);
        return over.thenApply(
                ended -> {
                    open.remove(end);
                    timeout.cancel(false);
                    return answer.metered();
                });
    }

    /** Ends all waits. */
    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}
