package dev.messplus.record;

/**
 * Halves of surrogate pairs that stand alone, as a model that splits a character can answer with.
 * JSON can write them as escapes, but they are no text: jq and others refuse the whole record.
 */
final class LoneSurrogates {

    /** Bytes of an escape like {@code \\ud800}. */
    private static final int ESCAPE = 6;

    private LoneSurrogates() {}

    /**
     * Replaces them by U+FFFD, the replacement character.
     *
     * @param json JSON in which all surrogates are escapes; it is changed in place
     */
    static void replace(byte[] json) {
        int i = 0;
        while (i <= json.length - ESCAPE) {
            if (json[i] != '\\') {
                i++;
            } else if (json[i + 1] != 'u') {
                i += 2;
            } else if (isSurrogate(json, i, '8', 'b') && isSurrogate(json, i + ESCAPE, 'c', 'f')) {
                i += 2 * ESCAPE;
            } else {
                if (isSurrogate(json, i, '8', 'f')) {
                    json[i + 2] = 'f';
                    json[i + 3] = 'f';
                    json[i + 4] = 'f';
                    json[i + 5] = 'd';
                }
                i += ESCAPE;
            }
        }
    }

    /** Whether there is the escape of a surrogate whose second digit is in a range. */
    private static boolean isSurrogate(byte[] json, int at, char first, char last) {
        if (at > json.length - ESCAPE || json[at] != '\\' || json[at + 1] != 'u') {
            return false;
        }
        int digit = Character.toLowerCase(json[at + 3]);
        return (json[at + 2] == 'd' || json[at + 2] == 'D') && digit >= first && digit <= last;
    }
}
