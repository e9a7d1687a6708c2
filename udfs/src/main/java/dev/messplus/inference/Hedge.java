package dev.messplus.inference;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks a second time if the first answer is late, and takes whichever comes first (Dean and
 * Barroso, "The Tail at Scale", CACM 56(2), 2013).
 */
final class Hedge<T> {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final AtomicInteger open = new AtomicInteger(1);
    private final CompletableFuture<T> first;
    private final Consumer<T> tooLate;
    private volatile CompletableFuture<T> second;
    private volatile Throwable lastFailure;

    private Hedge(CompletableFuture<T> first, Consumer<T> tooLate) {
        this.first = first;
        this.tooLate = tooLate;
    }

    /**
     * Races two calls.
     *
     * @param call makes a call
     * @param again makes a second one; gives {@code null} when it cannot be made
     * @param tooLate is given an answer that came with the other
     * @param afterMillis how late the first may be
     * @return the first success, or the failure of the last to fail. The loser is cancelled before
     *     it completes; cancelling it cancels both
     */
    static <T> CompletableFuture<T> race(
            Supplier<CompletableFuture<T>> call,
            Supplier<CompletableFuture<T>> again,
            Consumer<T> tooLate,
            long afterMillis,
            ScheduledExecutorService timer) {
        Hedge<T> hedge = new Hedge<>(call.get(), tooLate);
        Future<?> late = timer.schedule(() -> hedge.ask(again), afterMillis, TimeUnit.MILLISECONDS);
        CompletableFuture<T> unusedEnd =
                hedge.result.whenComplete(
                        (answer, failure) -> {
                            late.cancel(false);
                            hedge.cancelBoth();
                        });
        CompletableFuture<T> unusedFirst = hedge.first.whenComplete(hedge::ended);
        return hedge.result;
    }

    private void ask(Supplier<CompletableFuture<T>> again) {
        if (result.isDone() || !open.compareAndSet(1, 2)) {
            return;
        }
        CompletableFuture<T> call;
        try {
            call = again.get();
        } catch (RuntimeException | Error e) {
            ended(null, e);
            return;
        }
        if (call == null) {
            ended(null, null);
            return;
        }
        second = call;
        if (result.isDone()) {
            call.cancel(true);
        }
        CompletableFuture<T> unused = call.whenComplete(this::ended);
    }

    private void ended(T answer, Throwable failure) {
        if (answer != null) {
            // The loser's cost is known before the winner is told.
            CompletableFuture<T> other = second;
            if (other != null && !other.isDone()) {
                other.cancel(true);
            }
            if (!first.isDone()) {
                first.cancel(true);
            }
            if (!result.complete(answer)) {
                tooLate.accept(answer);
            }
            return;
        }
        if (failure != null) {
            lastFailure = failure;
        }
        if (open.decrementAndGet() == 0) {
            result.completeExceptionally(lastFailure);
        }
    }

    private void cancelBoth() {
        first.cancel(true);
        CompletableFuture<T> other = second;
        if (other != null) {
            other.cancel(true);
        }
    }
}
