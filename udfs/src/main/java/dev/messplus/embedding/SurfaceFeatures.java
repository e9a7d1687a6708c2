package dev.messplus.embedding;

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
 * <p>Belongs to one thread.
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
    private static final int FENCE = 3;

    /** How much of the label of a first option, such as "(A)" or "A.", the line starts with. */
    private enum LineStart {
        BLANK,
        BRACKET,
        LETTER,
        OTHER
    }

    /** Means of the unscaled features over the typical prompts. */
    private final double[] centre = new double[COUNT];

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
    private double[] values(String text) {
        reset();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            see(c);
        }
        endLine();
        return new double[] {
            Math.log1p(characters) / LENGTH_UNIT,
            share(digits, DIGITS_GAIN),
            share(newlines, NEWLINES_GAIN),
            share(symbols, SYMBOLS_GAIN),
            share(upperCase, UPPER_CASE_GAIN),
            lastVisible == '?' ? 1 : 0,
            options ? 1 : 0,
            code ? 1 : 0
        };
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
}
