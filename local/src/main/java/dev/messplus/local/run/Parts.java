package dev.messplus.local.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Parts that start at the same time, each on a thread. Closes them, the last one first. */
final class Parts implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Deque<Future<?>> started = new ArrayDeque<>();

    /** A part that starts, and is closed with this object if it is {@link AutoCloseable}. */
    <T> Part<T> start(Callable<T> start) {
        Future<T> part = threads.submit(start);
        started.push(part);
        return () -> {
            try {
                return part.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        };
    }

    /** A part that may still start. */
    interface Part<T> {

        /** Waits until the part has started; fails as its start did. */
        T await() throws Exception;
    }

    /** Waits until all parts have started or failed, and closes them. */
    @Override
    public void close() throws Exception {
        threads.shutdown();
        Exception failure = null;
        while (!started.isEmpty()) {
            try {
                if (started.pop().get() instanceof AutoCloseable part) {
                    part.close();
                }
            } catch (ExecutionException e) {
                // The part did not start; await() throws the reason.
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
