package dev.messplus.sharing;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Resources that the subtasks of a job share within a JVM, by key. A resource is opened by its
 * first user and closed by its last one.
 *
 * <p>Flink loads a job's classes anew for each job, so a static field of this type belongs to one
 * job, and goes with its class loader.
 *
 * @param <K> what makes two resources the same
 * @param <V> type of the resources
 */
public final class SharedResources<K, V extends AutoCloseable> {

    private final Map<K, Shared> open = new HashMap<>();

    private final class Shared {

        private final V resource;
        private int users;

        private Shared(V resource) {
            this.resource = resource;
        }
    }

    /**
     * A resource, as one of its users holds it.
     *
     * @param <V> type of the resource
     */
    public static final class Use<V> implements AutoCloseable {

        private final V resource;
        private final Runnable release;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Use(V resource, Runnable release) {
            this.resource = resource;
            this.release = release;
        }

        /** The resource. */
        public V get() {
            return resource;
        }

        /** Ends this use; without effect the second time. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                release.run();
            }
        }
    }

    /** Returns the resource of a key, and opens it if nobody uses it yet. */
    public synchronized Use<V> acquire(K key, Supplier<V> opener) {
        Shared shared = open.get(key);
        if (shared == null) {
            shared = new Shared(opener.get());
            open.put(key, shared);
        }
        shared.users++;
        return new Use<>(shared.resource, () -> release(key));
    }

    private synchronized void release(K key) {
        Shared shared = open.get(key);
        if (--shared.users > 0) {
            return;
        }
        open.remove(key);
        try {
            shared.resource.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
