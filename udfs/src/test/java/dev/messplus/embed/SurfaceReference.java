package dev.messplus.embed;

/** The features of {@link SurfaceFeatures} by their definitions: one code point after the other. */
final class SurfaceReference {

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

    /** The features of a text, scaled but not centered. */
    static float[] of(String text) {
        var values = new SurfaceReference().values(text);
        var features = new float[values.length];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) (SCALE * values[i]);
        }
        return features;
    }

    private double[] values(String text) {
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
