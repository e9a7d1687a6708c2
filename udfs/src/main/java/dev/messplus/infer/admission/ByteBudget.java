package dev.messplus.infer.admission;

import dev.messplus.sharing.Futures;
import dev.messplus.sharing.SharedResources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Bytes that the requests of all subtasks of a job in a JVM may hold together. Who does not get
 * what it asks for waits in a queue, so that a small request does not pass a large one for ever. A
 * request that is larger than the whole budget is admitted when nothing else is held. Safe for use
 * by several threads.
 */
public final class ByteBudget implements AutoCloseable {

    /**
     * Part of the heap that requests may hold, unless the configuration says how many bytes. The
     * rest is for what is read and written: the network stack, other operators, and twice the
     * garbage that lies between two collections. With half of the heap, a collector that finds no
     * room for a large prompt stops the job every few requests.
     */
    private static final int HEAP_FRACTION = 4;

    private static final SharedResources<Long, ByteBudget> OPEN = new SharedResources<>();

    private final long limit;
    private final Queue<Claim> claims = new ArrayDeque<>();
    private volatile long used;

    private record Claim(long bytes, CompletableFuture<Lease> lease) {}

    /** A budget of {@code limit} bytes. */
    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /**
     * The budget of this JVM.
     *
     * @param bytes the budget; 0 for a quarter of the heap
     */
    public static SharedResources.Use<ByteBudget> ofJvm(long bytes) {
        long limit = bytes > 0 ? bytes : Runtime.getRuntime().maxMemory() / HEAP_FRACTION;
        return OPEN.acquire(limit, () -> new ByteBudget(limit));
    }

    /** The bytes of one request, until they are released. */
    public final class Lease implements AutoCloseable {

        private long bytes;
        private boolean released;

        private Lease(long bytes) {
            this.bytes = bytes;
        }

        /** Holds more bytes, even beyond the budget: they are there already. */
        void grow(long more) {
            synchronized (ByteBudget.this) {
                if (!released) {
                    bytes += more;
                    used += more;
                }
            }
        }

        /** Releases the bytes; without effect the second time. */
        @Override
        public void close() {
            synchronized (ByteBudget.this) {
                if (released) {
                    return;
                }
                released = true;
                used -= bytes;
            }
            grantWaiting();
        }
    }

    /** Takes bytes, even beyond the budget. */
    public synchronized Lease take(long bytes) {
        used += bytes;
        return new Lease(bytes);
    }

    /**
     * Asks for bytes.
     *
     * @return completes as soon as there is room, on the thread that released it; canceling it
     *     leaves the queue
     */
    public CompletableFuture<Lease> acquire(long bytes) {
        synchronized (this) {
            if (claims.isEmpty() && fits(bytes)) {
                return CompletableFuture.completedFuture(take(bytes));
            }
            CompletableFuture<Lease> lease = new CompletableFuture<>();
            Futures.whenComplete(
                    lease,
                    (granted, canceled) -> {
                        if (canceled != null) {
                            grantWaiting();
                        }
                    });
            claims.add(new Claim(bytes, lease));
            return lease;
        }
    }

    /** Leaves the queue, or releases what was granted meanwhile. */
    public static void giveUp(CompletableFuture<Lease> wanted) {
        if (!wanted.cancel(false)) {
            wanted.join().close();
        }
    }

    /** Bytes that are held. */
    public long used() {
        return used;
    }

    /** Whether nothing more may be held. */
    public boolean isFull() {
        return used >= limit;
    }

    /** Bytes that may be held. */
    long limit() {
        return limit;
    }

    @Override
    public void close() {}

    private boolean fits(long bytes) {
        return used == 0 || used + bytes <= limit;
    }

    private void grantWaiting() {
        List<Claim> granted = new ArrayList<>();
        List<Lease> leases = new ArrayList<>();
        synchronized (this) {
            while (!claims.isEmpty()
                    && (claims.peek().lease.isDone() || fits(claims.peek().bytes))) {
                Claim next = claims.poll();
                if (!next.lease.isDone()) {
                    granted.add(next);
                    leases.add(take(next.bytes));
                }
            }
        }
        for (int i = 0; i < granted.size(); i++) {
            if (!granted.get(i).lease.complete(leases.get(i))) {
                leases.get(i).close();
            }
        }
    }
}
