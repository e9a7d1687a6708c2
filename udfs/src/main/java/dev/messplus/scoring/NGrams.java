package dev.messplus.scoring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Multisets of n-grams: each run of n adjacent tokens, and how often it occurs. */
final class NGrams {

    private NGrams() {}

    /**
     * The n-grams of a list that does not change while they are in use, since they are views of it.
     */
    static Map<List<String>, Integer> count(List<String> tokens, int n) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (int end = n; end <= tokens.size(); end++) {
            counts.merge(tokens.subList(end - n, end), 1, Integer::sum);
        }
        return counts;
    }

    /** The size of the multisets' intersection. */
    static int overlap(Map<List<String>, Integer> a, Map<List<String>, Integer> b) {
        int overlap = 0;
        for (Map.Entry<List<String>, Integer> entry : a.entrySet()) {
            overlap += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
        }
        return overlap;
    }
}
