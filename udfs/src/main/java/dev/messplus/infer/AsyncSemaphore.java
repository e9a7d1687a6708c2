package dev.messplus.infer;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/** A fair semaphore that blocks no thread: a caller without a permit waits in a queue. */
final class AsyncSemaphore {

    private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
    private int permits;

    AsyncSemaphore(int permits) {
        this.permits = permits;
    }

    /**
     * Acquires a permit.
     *
     * @return completes as soon as there is a permit, on the thread that released it; cancelling it
     *     leaves the queue
     */
    CompletableFuture<Void> acquire() {
        synchronized (waiting) {
            if (permits > 0) {
                permits--;
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> permit = new CompletableFuture<>();
            waiting.add(permit);
            return permit;
        }
    }

    /** Acquires a permit if there is one now. */
    boolean tryAcquire() {
        synchronized (waiting) {
            if (permits > 0) {
                permits--;
                return true;
            }
            return false;
        }
    }

    /** Removes all callers from the queue; their futures fail with {@code reason}. */
    void refuseWaiting(RuntimeException reason) {
        List<CompletableFuture<Void>> refused;
        synchronized (waiting) {
            refused = List.copyOf(waiting);
            waiting.clear();
        }
        refused.forEach(permit -> permit.completeExceptionally(reason));
    }

    /** Releases a permit to the first caller in the queue that was not cancelled. */
    void release() {
        CompletableFuture<Void> next;
        do {
            synchronized (waiting) {
                next = waiting.poll();
                if (next == null) {
                    permits++;
                    return;
                }
            }
        } while (!next.complete(null));
    }
}
