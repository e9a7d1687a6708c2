package dev.messplus.score.metric;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Multisets of n-grams: each run of n adjacent tokens, with its number of occurrences. */
final class NGrams {

    private NGrams() {}

    /**
     * The n-grams of a list, each as one string: its tokens with a space between them, which no
     * token contains. Strings are comparable, so that a HashMap stays fast (n log n) even if many
     * n-grams were crafted to share a hash code.
     */
    static Map<String, Integer> count(List<String> tokens, int n) {
        Map<String, Integer> counts = new HashMap<>();
        for (int end = n; end <= tokens.size(); end++) {
            counts.merge(String.join(" ", tokens.subList(end - n, end)), 1, Integer::sum);
        }
        return counts;
    }

    /** The size of the intersection of two multisets. */
    static int overlap(Map<String, Integer> a, Map<String, Integer> b) {
        int overlap = 0;
        for (Map.Entry<String, Integer> entry : a.entrySet()) {
            overlap += Math.min(entry.getValue(), b.getOrDefault(entry.getKey(), 0));
        }
        return overlap;
    }
}
