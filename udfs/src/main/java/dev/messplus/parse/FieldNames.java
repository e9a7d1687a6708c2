package dev.messplus.parse;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names of fields, and which of them a misspelt name stands for. */
public final class FieldNames {

    /** Shorter names have too many neighbours that mean something else, such as {@code uid}. */
    private static final int MIN_CHARS_FOR_ONE_EDIT = 3;

    private static final int MIN_CHARS_FOR_TWO_EDITS = 8;

    private final Set<String> names;

    /** Each name by its letters and digits in lower case. */
    private final Map<String, String> byLetters = new LinkedHashMap<>();

    private FieldNames(Collection<String> names, Collection<String> others) {
        this.names = new HashSet<>(names);
        this.names.addAll(others);
        names.forEach(name -> byLetters.put(letters(name), name));
    }

    static FieldNames of(String... names) {
        return of(Arrays.asList(names));
    }

    /** Names that a misspelt one may stand for. */
    public static FieldNames of(Collection<String> names) {
        return new FieldNames(names, List.of());
    }

    /** These names, and others that no misspelt name stands for. */
    FieldNames and(Collection<String> others) {
        return new FieldNames(byLetters.values(), others);
    }

    boolean contains(String name) {
        return names.contains(name);
    }

    /**
     * The name that {@code unknown} is a misspelling of; {@code null} if it resembles none. Case,
     * {@code _} and {@code -} do not count. Beyond them, a letter may be added, missing, wrong or
     * swapped with the next one: none of them in names of up to two letters, two of them in names
     * of at least eight.
     */
    public String meant(String unknown) {
        String letters = letters(unknown);
        String same = byLetters.get(letters);
        if (same != null) {
            return same;
        }
        for (Map.Entry<String, String> known : byLetters.entrySet()) {
            int most = edits(known.getKey().length());
            boolean near = Math.abs(known.getKey().length() - letters.length()) <= most;
            if (near && distance(known.getKey(), letters) <= most) {
                return known.getValue();
            }
        }
        return null;
    }

    private static String letters(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static int edits(int chars) {
        if (chars >= MIN_CHARS_FOR_TWO_EDITS) {
            return 2;
        }
        return chars >= MIN_CHARS_FOR_ONE_EDIT ? 1 : 0;
    }

    /** Damerau and Levenshtein's distance, in which no two edits overlap. */
    private static int distance(String a, String b) {
        int[][] distance = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                distance[i][j] = i == 0 || j == 0 ? i + j : distance(distance, a, b, i, j);
            }
        }
        return distance[a.length()][b.length()];
    }

    private static int distance(int[][] distance, String a, String b, int i, int j) {
        int wrong = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least =
                Math.min(
                        distance[i - 1][j - 1] + wrong,
                        1 + Math.min(distance[i - 1][j], distance[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, distance[i - 2][j - 2] + 1) : least;
    }
}
