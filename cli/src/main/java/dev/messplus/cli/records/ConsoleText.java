package dev.messplus.cli.records;

/** Text of others for the console. */
final class ConsoleText {

    private ConsoleText() {}

    /** A text in one line. Control characters could move the cursor, or turn the text around. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028-\\u202e\\u2066-\\u2069]+", " ");
    }

    /** The same, with at most so many characters. */
    static String oneLine(String text, int most) {
        String line = oneLine(text).strip();
        return line.codePointCount(0, line.length()) <= most
                ? line
                : line.substring(0, line.offsetByCodePoints(0, most - 1)) + "…";
    }
}
