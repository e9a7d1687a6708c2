package dev.messplus.local.questions;

import java.util.List;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Compares spellings. */
final class Spellings {

    /** Two words that start with this many equal letters are taken to share a root. */
    private static final int ROOT_LETTERS = 3;

    /** In which spellings of one word differ: a pattern, and what stands for it. */
    private static final List<String[]> VARIANTS =
            List.of(
                    new String[] {"[- ]", ""},
                    new String[] {"is(e|ed|er|ing|ation|able)$", "iz$1"},
                    new String[] {"ys(e|ed|er|ing)$", "yz$1"},
                    new String[] {"our", "or"},
                    new String[] {"re$", "er"},
                    new String[] {"[ao]e", "e"},
                    new String[] {"ogue$", "og"},
                    new String[] {"([a-z])\\1", "$1"},
                    new String[] {"(en|an)ce$", "$1se"},
                    new String[] {"gement$", "gment"},
                    new String[] {"([mv])eabl", "$1abl"},
                    new String[] {"ey$", "y"},
                    new String[] {"ph", "f"},
                    new String[] {"y(?=[rtp])", "i"});

    private static final LevenshteinDistance DISTANCE = LevenshteinDistance.getDefaultInstance();

    private Spellings() {}

    /**
     * Whether two words of the same meaning are spellings of one word, such as colour and color,
     * organise and organize, e-mail and email.
     */
    static boolean areOfOneWord(String a, String b) {
        return canonical(a).equals(canonical(b));
    }

    private static String canonical(String word) {
        String canonical = word;
        for (String[] variant : VARIANTS) {
            canonical = canonical.replaceAll(variant[0], variant[1]);
        }
        return canonical;
    }

    /** Whether two words may share a root: they start alike, or differ in few letters. */
    static boolean areClose(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        return a.regionMatches(0, b, 0, Math.min(ROOT_LETTERS, shorter))
                || DISTANCE.apply(a, b) <= 2;
    }
}
