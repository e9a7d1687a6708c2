package dev.messplus.local.zoo;

import java.util.Arrays;
import java.util.Locale;

/** The character trigrams of a text with a blank at either end. Case is ignored. */
final class Trigrams {

    /** Sorted, with repetitions, 16 bits per character. */
    private final long[] trigrams;

    Trigrams(String text) {
        var padded = " " + text.toLowerCase(Locale.ROOT) + " ";
        trigrams = new long[Math.max(0, padded.length() - 2)];
        for (int i = 0; i < trigrams.length; i++) {
            trigrams[i] =
                    ((long) padded.charAt(i) << 32)
                            | ((long) padded.charAt(i + 1) << 16)
                            | padded.charAt(i + 2);
        }
        Arrays.sort(trigrams);
    }

    /** Shared trigrams over the geometric mean of both counts, in [0, 1]. */
    double overlap(Trigrams other) {
        int shared = 0;
        for (int i = 0, j = 0; i < trigrams.length && j < other.trigrams.length; ) {
            int order = Long.compare(trigrams[i], other.trigrams[j]);
            shared += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return shared == 0
                ? 0
                : shared / Math.sqrt((double) trigrams.length * other.trigrams.length);
    }
}
