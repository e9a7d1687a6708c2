package dev.messplus.routing;

import dev.messplus.core.PendingRequest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The requests of one key that wait for labels: how many there are, and those of them that are on
 * the heap. All that are in the state alone are older than these.
 */
final class WaitingRequests {

    private final ExpiryQueue queue;

    /** Those on the heap by id, in the order in which they expire. */
    private final Map<String, Waiting> onHeap = new LinkedHashMap<>();

    /** A request on the heap. */
    static final class Waiting {

        private final String id;
        private final PendingRequest request;
        private boolean stored;
        private boolean changed = true;

        private Waiting(String id, PendingRequest request) {
            this.id = id;
            this.request = request;
        }

        String id() {
            return id;
        }

        PendingRequest request() {
            return request;
        }

        /** Whether the state has it too, as it is or as it was. */
        boolean isStored() {
            return stored;
        }

        /** Whether the state does not have it as it is. */
        boolean isChanged() {
            return changed;
        }

        /** Has the next checkpoint write it. */
        void markChanged() {
            changed = true;
        }

        /** The state has it as it is. */
        void markStored() {
            stored = true;
            changed = false;
        }
    }

    /** Requests of which the state has all, and the heap none. */
    WaitingRequests(ExpiryQueue queue) {
        this.queue = queue;
    }

    /** Progress of expiry among all of them. */
    ExpiryQueue queue() {
        return queue;
    }

    /** Whether some are in the state alone. */
    boolean hasOthers() {
        return queue.size > onHeap.size();
    }

    /** Number of those on the heap. */
    int onHeap() {
        return onHeap.size();
    }

    /** All on the heap, in the order in which they expire. */
    Collection<Waiting> all() {
        return onHeap.values();
    }

    /** The one on the heap that waits longest; {@code null} if there is none. */
    Waiting eldest() {
        return onHeap.isEmpty() ? null : onHeap.values().iterator().next();
    }

    /** The one with an id; {@code null} if it is not on the heap. */
    Waiting get(String requestId) {
        return onHeap.get(requestId);
    }

    /** Takes a request to the heap, which waits behind all others. */
    void add(String requestId, PendingRequest request) {
        onHeap.put(requestId, new Waiting(requestId, request));
    }

    /** Drops one from the heap, and returns it; {@code null} if it was not there. */
    Waiting remove(String requestId) {
        return onHeap.remove(requestId);
    }
}
