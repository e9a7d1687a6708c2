package dev.messplus.infer.call;

import dev.messplus.infer.deadline.Deadlines;
import dev.messplus.infer.deadline.Deadlines.Deadline;
import dev.messplus.sharing.Futures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends a second request if the answer to the first is late, and takes the answer that comes first
 * (Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013).
 */
final class Hedge<T> {

    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final AtomicInteger open = new AtomicInteger(1);
    private final CompletableFuture<T> first;
    private final Consumer<T> discard;
    private volatile CompletableFuture<T> second;
    private volatile Throwable lastFailure;

    private Hedge(CompletableFuture<T> first, Consumer<T> discard) {
        this.first = first;
        this.discard = discard;
    }

    /**
     * Races two calls.
     *
     * @param call makes the first call
     * @param hedge makes the second call; returns {@code null} if it cannot be made now
     * @param discard accepts an answer that came too late to be canceled
     * @param afterMillis when to make the second call, in milliseconds after the first
     * @param deadlines keeps that time
     * @return the first answer, or the failure of the call that failed last. The losing call is
     *     canceled before this completes; canceling this cancels both
     */
    static <T> CompletableFuture<T> race(
            Supplier<CompletableFuture<T>> call,
            Supplier<CompletableFuture<T>> hedge,
            Consumer<T> discard,
            long afterMillis,
            Deadlines deadlines) {
        Hedge<T> race = new Hedge<>(call.get(), discard);
        Deadline late = deadlines.in(afterMillis, () -> race.secondCall(hedge));
        Futures.whenComplete(
                race.result,
                (answer, failure) -> {
                    late.cancel();
                    race.cancelBoth();
                });
        Futures.whenComplete(race.first, race::ended);
        return race.result;
    }

    private void secondCall(Supplier<CompletableFuture<T>> hedge) {
        if (result.isDone() || !open.compareAndSet(1, 2)) {
            return;
        }
        CompletableFuture<T> call;
        try {
            call = hedge.get();
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
        Futures.whenComplete(call, this::ended);
    }

    private void ended(T answer, Throwable failure) {
        if (answer != null) {
            // Before the result completes, because this accounts for what the loser cost.
            CompletableFuture<T> other = second;
            if (other != null && !other.isDone()) {
                other.cancel(true);
            }
            if (!first.isDone()) {
                first.cancel(true);
            }
            if (!result.complete(answer)) {
                discard.accept(answer);
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
