package dev.messplus.route;

import dev.messplus.core.shard.OutcomeSums;
import dev.messplus.route.share.ShardFeedback;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Feedback that waits to be sent as bundles, one bundle per key. Sums of a key are added up, so
 * that many subtasks of {@code share} take no more room than one, and {@code route} learns from
 * them once.
 */
final class HeldFeedback {

    private final Map<String, List<ShardFeedback>> bundles = new LinkedHashMap<>();
    private final Map<String, OutcomeSums> sums = new HashMap<>();
    private int size;

    /** Adds to the bundle of its key, and returns how many are in it now. */
    int add(ShardFeedback feedback) {
        List<ShardFeedback> bundle =
                bundles.computeIfAbsent(feedback.key(), key -> new ArrayList<>());
        if (feedback.isOwn() || !addToSums(feedback)) {
            bundle.add(feedback);
            size++;
        }
        return bundle.size();
    }

    /** Whether there were sums of the key to add these to. */
    private boolean addToSums(ShardFeedback feedback) {
        OutcomeSums known = sums.putIfAbsent(feedback.key(), feedback.ofOthers());
        if (known != null) {
            known.add(feedback.ofOthers());
        }
        return known != null;
    }

    /** Removes the bundle of a key that has one. */
    FeedbackBundle remove(String key) {
        List<ShardFeedback> bundle = bundles.remove(key);
        sums.remove(key);
        size -= bundle.size();
        return new FeedbackBundle(key, bundle);
    }

    /** Removes the bundle that was begun first, of at least one. */
    FeedbackBundle removeOldest() {
        Iterator<String> keys = bundles.keySet().iterator();
        return remove(keys.next());
    }

    boolean isEmpty() {
        return bundles.isEmpty();
    }

    /** Number of bundles. */
    int bundles() {
        return bundles.size();
    }

    /** Number of elements in all bundles. */
    int size() {
        return size;
    }
}
