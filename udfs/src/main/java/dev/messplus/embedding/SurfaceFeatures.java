package dev.messplus.embedding;

/**
 * Features of a prompt's surface: its length, its characters, and whether it asks a question,
 * offers options or contains code. One pass, without a model.
 *
 * <p>Characters are Unicode code points. A share is the fraction of all characters, scaled so that
 * common values spread over [0, 1], and cut off at 1. Each feature is centered at its mean over
 * public prompts of many kinds, and scaled to weigh about as much as a coordinate of the embedding.
 * All features are between -0.5 and 1.7, whatever the text.
 *
 * <p>Belongs to one thread.
 */
final class SurfaceFeatures {

    /** Number of features. */
    static final int COUNT = 8;

    private static final double SCALE = 0.8;

    // Logarithmic: e^8, about 3,000 characters, give 1.
    private static final double LENGTH_UNIT = 8;
    private static final double LENGTH_CENTRE = 0.62;

    private static final double DIGITS_GAIN = 8;
    private static final double DIGITS_CENTRE = 0.11;
    private static final double NEWLINES_GAIN = 20;
    private static final double NEWLINES_CENTRE = 0.05;
    private static final double SYMBOLS_GAIN = 10;
    private static final double SYMBOLS_CENTRE = 0.34;
    private static final double UPPER_CASE_GAIN = 10;
    private static final double UPPER_CASE_CENTRE = 0.22;

    private static final double QUESTION_CENTRE = 0.5;
    private static final double OPTIONS_CENTRE = 0;
    private static final double CODE_CENTRE = 0.04;

    private static final String FUNCTION = "def ";
    private static final int FENCE = 3;

    /** How much of the label of a first option, such as "(A)" or "A.", the line starts with. */
    private enum LineStart {
        BLANK,
        BRACKET,
        LETTER,
        OTHER
    }

    private int characters;
    private int digits;
    private int newlines;
    private int symbols;
    private int upperCase;
    private int lastVisible;
    private LineStart lineStart = LineStart.BLANK;
    private boolean options;
    private int backticks;
    private int ofFunction;
    private boolean code;

    /**
     * Computes the features of a text.
     *
     * @param into receives the features, all finite, at the indices {@code from} to {@code from} +
     *     {@value #COUNT} - 1
     */
    void write(String text, float[] into, int from) {
        reset();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            see(c);
        }
        endLine();
        put(into, from, Math.log1p(characters) / LENGTH_UNIT, LENGTH_CENTRE);
        put(into, from + 1, share(digits, DIGITS_GAIN), DIGITS_CENTRE);
        put(into, from + 2, share(newlines, NEWLINES_GAIN), NEWLINES_CENTRE);
        put(into, from + 3, share(symbols, SYMBOLS_GAIN), SYMBOLS_CENTRE);
        put(into, from + 4, share(upperCase, UPPER_CASE_GAIN), UPPER_CASE_CENTRE);
        put(into, from + 5, lastVisible == '?' ? 1 : 0, QUESTION_CENTRE);
        put(into, from + 6, options ? 1 : 0, OPTIONS_CENTRE);
        put(into, from + 7, code ? 1 : 0, CODE_CENTRE);
    }

    private void reset() {
        characters = 0;
        digits = 0;
        newlines = 0;
        symbols = 0;
        upperCase = 0;
        lastVisible = 0;
        lineStart = LineStart.BLANK;
        options = false;
        backticks = 0;
        ofFunction = 0;
        code = false;
    }

    private void see(int c) {
        characters++;
        boolean blank = Character.isWhitespace(c) || Character.isSpaceChar(c);
        if (Character.isLetterOrDigit(c)) {
            digits += Character.isDigit(c) ? 1 : 0;
            upperCase += Character.isUpperCase(c) ? 1 : 0;
        } else if (!blank) {
            symbols++;
        }
        seekCode(c);
        if (c == '\n') {
            newlines++;
            endLine();
        } else {
            seekOptions(c, blank);
        }
        if (!blank) {
            lastVisible = c;
        }
    }

    /** After a blank line, {@code lastVisible} is still that of the line before: no change. */
    private void endLine() {
        code |= lastVisible == ';' || lastVisible == '{';
        lineStart = LineStart.BLANK;
    }

    private void seekOptions(int c, boolean blank) {
        switch (lineStart) {
            case BLANK -> {
                if (!blank) {
                    lineStart = c == '(' ? LineStart.BRACKET : letterOrOther(c);
                }
            }
            case BRACKET -> lineStart = letterOrOther(c);
            case LETTER -> {
                options |= c == '.' || c == ')' || c == ':';
                lineStart = LineStart.OTHER;
            }
            case OTHER -> {}
        }
    }

    private static LineStart letterOrOther(int c) {
        return c == 'A' ? LineStart.LETTER : LineStart.OTHER;
    }

    private void seekCode(int c) {
        backticks = c == '`' ? backticks + 1 : 0;
        // Only the first letter of "def " can begin it again.
        if (c == FUNCTION.charAt(ofFunction)) {
            ofFunction++;
        } else {
            ofFunction = c == FUNCTION.charAt(0) ? 1 : 0;
        }
        if (ofFunction == FUNCTION.length()) {
            code = true;
            ofFunction = 0;
        }
        code |= backticks == FENCE;
    }

    private double share(int count, double gain) {
        return characters == 0 ? 0 : Math.min(1, gain * count / characters);
    }

    private static void put(float[] into, int index, double value, double centre) {
        into[index] = (float) (SCALE * (value - centre));
    }
}
