package dev.messplus.route;

import dev.messplus.core.account.PendingRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one key that wait for labels: how many there are, and those of them that are on
 * the heap. All that are in the state alone are older than these.
 */
final class WaitingRequests {

    private final ExpiryQueue queue;

    /** Those on the heap that the state has too, by id, in the order in which they expire. */
    private final Map<String, Waiting> stored = new LinkedHashMap<>();

    /** Those that are on the heap alone, by id, in the same order; all expire after the others. */
    private final Map<String, Waiting> fresh = new LinkedHashMap<>();

    /** A request on the heap. */
    static final class Waiting {

        private final String id;
        private final PendingRequest request;
        private boolean stored;
        private boolean changed;

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
            return changed || !stored;
        }

        /** Has the next checkpoint write it. */
        void markChanged() {
            changed = true;
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
        return queue.size > onHeap();
    }

    /** Number of those on the heap. */
    int onHeap() {
        return stored.size() + fresh.size();
    }

    /** Those that the state has as they were, in the order in which they expire. */
    List<Waiting> changed() {
        return stored.values().stream().filter(Waiting::isChanged).toList();
    }

    /**
     * The oldest of those that the state does not have.
     *
     * @param decidedByMillis when the youngest of them was decided, at the latest
     */
    List<Waiting> fresh(int most, long decidedByMillis) {
        return fresh.values().stream()
                .limit(most)
                .takeWhile(one -> one.request.decidedAtMillis <= decidedByMillis)
                .toList();
    }

    /** The state has these as they are: those that changed, or the oldest of the fresh ones. */
    void markStored(List<Waiting> written) {
        for (Waiting one : written) {
            if (!one.stored) {
                fresh.remove(one.id);
                stored.put(one.id, one);
            }
            one.stored = true;
            one.changed = false;
        }
    }

    /** The one on the heap that waits longest; {@code null} if there is none. */
    Waiting eldest() {
        Map<String, Waiting> eldest = stored.isEmpty() ? fresh : stored;
        return eldest.isEmpty() ? null : eldest.values().iterator().next();
    }

    /** The one with an id; {@code null} if it is not on the heap. */
    Waiting get(String requestId) {
        Waiting one = fresh.get(requestId);
        return one == null ? stored.get(requestId) : one;
    }

    /** Takes a request to the heap, which waits behind all others. */
    void add(String requestId, PendingRequest request) {
        fresh.put(requestId, new Waiting(requestId, request));
    }

    /** Drops one from the heap, and returns it; {@code null} if it was not there. */
    Waiting remove(String requestId) {
        Waiting one = fresh.remove(requestId);
        return one == null ? stored.remove(requestId) : one;
    }
}
