package dev.messplus.inference;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Bounds the calls to one server: those in flight, or those that begin in a while. Whoever finds no
 * slot free waits in line, unblocked.
 */
final class Slots {

    private final Queue<CompletableFuture<Void>> line = new ArrayDeque<>();
    private int free;

    Slots(int slots) {
        free = slots;
    }

    /**
     * Asks for a slot.
     *
     * @return completes when there is one, in the thread that gave it back; cancelling it leaves
     *     the line
     */
    CompletableFuture<Void> acquire() {
        synchronized (line) {
            if (free > 0) {
                free--;
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<Void> turn = new CompletableFuture<>();
            line.add(turn);
            return turn;
        }
    }

    /** Takes a slot if one is free. */
    boolean tryAcquire() {
        synchronized (line) {
            if (free > 0) {
                free--;
                return true;
            }
            return false;
        }
    }

    /** Sends all away who wait in line, with {@code why}. */
    void refuse(RuntimeException why) {
        List<CompletableFuture<Void>> waiting;
        synchronized (line) {
            waiting = List.copyOf(line);
            line.clear();
        }
        waiting.forEach(turn -> turn.completeExceptionally(why));
    }

    /** Gives a slot back, to the first in line who still wants it. */
    void release() {
        CompletableFuture<Void> next;
        do {
            synchronized (line) {
                next = line.poll();
                if (next == null) {
                    free++;
                    return;
                }
            }
        } while (!next.complete(null));
    }
}
