package dev.messplus.embed;

import java.util.List;

/**
 * Features of a prompt's surface: its length, its characters, and whether it asks a question,
 * offers options or contains code. One pass, without a model.
 *
 * <p>Characters are Unicode code points. A share is the fraction of all characters, scaled so that
 * common values spread over [0, 1], and cut off at 1. Each feature is centered at its mean over
 * typical prompts, and scaled to weigh about as much as a coordinate of the embedding. All features
 * are between -0.8 and 2.2, whatever the text.
 *
 * <p>Immutable, and safe for use by several threads.
 */
final class SurfaceFeatures {

    /** Number of features. */
    static final int COUNT = 8;

    private static final double SCALE = 0.8;

    // Logarithmic: e^8, about 3,000 characters, give 1.
    private static final double LENGTH_UNIT = 8;

    private static final double DIGITS_GAIN = 8;
    private static final double NEWLINES_GAIN = 20;
    private static final double SYMBOLS_GAIN = 10;
    private static final double UPPER_CASE_GAIN = 10;

    private static final String FUNCTION = "def ";
    private static final String FENCE = "```";

    /** One of what the upper and the lower half of a sum count. */
    private static final long UPPER = 1L << 32;

    private static final long LOWER = 1;

    /** What an ASCII character adds: to the digits above, and to the symbols below. */
    private static final long[] DIGITS_AND_SYMBOLS = new long[128];

    /** What an ASCII character adds: to the capitals above, and to the newlines below. */
    private static final long[] CAPITALS_AND_NEWLINES = new long[128];

    static {
        for (int c = 0; c < 128; c++) {
            DIGITS_AND_SYMBOLS[c] = digitOrSymbol(c);
            CAPITALS_AND_NEWLINES[c] = capitalOrNewline(c);
        }
    }

    /** Means of the unscaled features over the typical prompts. */
    private final double[] centre = new double[COUNT];

    /**
     * Features that are centered at the means over some prompts.
     *
     * @param typicalPrompts may be empty, which leaves the features as they are
     */
    SurfaceFeatures(List<String> typicalPrompts) {
        var sums = new double[COUNT];
        for (String prompt : typicalPrompts) {
            double[] values = values(prompt);
            for (int i = 0; i < COUNT; i++) {
                sums[i] += values[i];
            }
        }
        for (int i = 0; i < COUNT && !typicalPrompts.isEmpty(); i++) {
            centre[i] = sums[i] / typicalPrompts.size();
        }
    }

    /**
     * Computes the features of a text.
     *
     * @param into receives the features, all finite, at the indices {@code from} to {@code from} +
     *     {@value #COUNT} - 1
     */
    void write(String text, float[] into, int from) {
        double[] values = values(text);
        for (int i = 0; i < COUNT; i++) {
            into[from + i] = (float) (SCALE * (values[i] - centre[i]));
        }
    }

    /** The features of a text, neither centered nor scaled, each from 0 to 1 or a little more. */
    private static double[] values(String text) {
        int characters = 0;
        long digitsAndSymbols = 0;
        long capitalsAndNewlines = 0;
        for (int i = 0; i < text.length(); characters++) {
            int c = text.charAt(i);
            if (c < 128) {
                digitsAndSymbols += DIGITS_AND_SYMBOLS[c];
                capitalsAndNewlines += CAPITALS_AND_NEWLINES[c];
                i++;
            } else {
                c = text.codePointAt(i);
                digitsAndSymbols += digitOrSymbol(c);
                capitalsAndNewlines += capitalOrNewline(c);
                i += Character.charCount(c);
            }
        }
        var lines = Lines.of(text);
        boolean code = lines.statement() || text.contains(FENCE) || text.contains(FUNCTION);
        return new double[] {
            Math.log1p(characters) / LENGTH_UNIT,
            share(upper(digitsAndSymbols), characters, DIGITS_GAIN),
            share(lower(capitalsAndNewlines), characters, NEWLINES_GAIN),
            share(lower(digitsAndSymbols), characters, SYMBOLS_GAIN),
            share(upper(capitalsAndNewlines), characters, UPPER_CASE_GAIN),
            lines.lastVisible() == '?' ? 1 : 0,
            lines.options() ? 1 : 0,
            code ? 1 : 0
        };
    }

    private static long digitOrSymbol(int c) {
        if (Character.isLetterOrDigit(c)) {
            return Character.isDigit(c) ? UPPER : 0;
        }
        return isBlank(c) ? 0 : LOWER;
    }

    private static long capitalOrNewline(int c) {
        return c == '\n' ? LOWER : Character.isUpperCase(c) && Character.isLetter(c) ? UPPER : 0;
    }

    private static int upper(long sums) {
        return (int) (sums >>> 32);
    }

    private static int lower(long sums) {
        return (int) sums;
    }

    private static double share(int count, int characters, double gain) {
        return characters == 0 ? 0 : Math.min(1, gain * count / characters);
    }

    private static boolean isBlank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /**
     * What the beginnings and ends of lines say. All blank characters, and all that are sought, are
     * single code units.
     *
     * @param options whether a line begins with the label of a first option, such as "(A)" or "A."
     * @param statement whether a line ends like one of code
     * @param lastVisible the last code unit that is not blank, or 0
     */
    private record Lines(boolean options, boolean statement, char lastVisible) {

        static Lines of(String text) {
            boolean options = false;
            boolean statement = false;
            char lastVisible = 0;
            for (int start = 0; start < text.length(); ) {
                int end = text.indexOf('\n', start);
                end = end < 0 ? text.length() : end;
                int first = start;
                while (first < end && isBlank(text.charAt(first))) {
                    first++;
                }
                if (first < end) {
                    int last = end - 1;
                    while (isBlank(text.charAt(last))) {
                        last--;
                    }
                    lastVisible = text.charAt(last);
                    statement |= lastVisible == ';' || lastVisible == '{';
                    options |= isLabel(text, first, end);
                }
                start = end + 1;
            }
            return new Lines(options, statement, lastVisible);
        }

        private static boolean isLabel(String text, int first, int end) {
            int letter = text.charAt(first) == '(' ? first + 1 : first;
            return letter + 1 < end
                    && text.charAt(letter) == 'A'
                    && ".):".indexOf(text.charAt(letter + 1)) >= 0;
        }
    }
}
