package dev.messplus.infer.openai;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The latest page of metrics of one server, for all subtasks of a JVM: it is requested once a
 * second at most, and rarely once it is known that the server has none. Safe for use by several
 * threads.
 */
final class ServerPages {

    /** How old a page may be, in nanoseconds: servers renew their pages as often. */
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** When a server without a page is asked again: it may be another one by then. */
    private static final long WITHOUT_PAGE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private CompletableFuture<Optional<ServerPage>> latest;
    private long requestedNanos;

    /**
     * No page yet.
     *
     * @param nanoTime a clock like {@link System#nanoTime}
     */
    ServerPages(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * The latest page, which may still be on its way.
     *
     * @param request requests it; completes with nothing if the server has none, and exceptionally
     *     if it is not known
     */
    synchronized CompletableFuture<Optional<ServerPage>> latest(
            Supplier<CompletableFuture<Optional<ServerPage>>> request) {
        long now = nanoTime.getAsLong();
        if (latest == null || latest.isDone() && now - requestedNanos >= every()) {
            requestedNanos = now;
            latest = request.get();
        }
        return latest;
    }

    private long every() {
        boolean hasNone = !latest.isCompletedExceptionally() && latest.join().isEmpty();
        return hasNone ? WITHOUT_PAGE_NANOS : EVERY_NANOS;
    }
}
