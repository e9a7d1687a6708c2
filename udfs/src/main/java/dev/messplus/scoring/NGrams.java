package dev.messplus.scoring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Multisets of n-grams: each run of n adjacent tokens, and how often it occurs. */
final class NGrams {

    private NGrams() {}

    /**
     * The n-grams of a list, each as its tokens with a blank between them, which is in no token. As
     * texts, for these have an order: however many of them somebody makes up that share a hash
     * code, a map still finds each one quickly.
     */
    static Map<String, Integer> count(List<String> tokens, int n) {
        Map<String, Integer> counts = new HashMap<>();
        for (int end = n; end <= tokens.size(); end++) {
            counts.merge(String.join(" ", tokens.subList(end - n, end)), 1, Integer::sum);
        }
        return counts;
    }

    /** The size of the multisets' intersection. */
    static int overlap(Map<String, Integer> a, Map<String, Integer> b) {
        int overlap = 0;
        for (Map.Entry<String, Integer> entry : a.entrySet()) {
            overlap += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
        }
        return overlap;
    }
}
