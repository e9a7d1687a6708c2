package dev.messplus.cli.records;

/** Text of others for the console. */
final class ConsoleText {

    private ConsoleText() {}

    /** A text in one line. Control characters could move the cursor, or turn the text around. */
    static String oneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028-\\u202e\\u2066-\\u2069]+", " ");
    }

    /** The same, cut to a number of characters. */
    static String oneLine(String text, int maxCharacters) {
        return cut(oneLine(text).strip(), maxCharacters);
    }

    /** A line with at most a number of characters; what is cut ends in an ellipsis. */
    static String cut(String line, int maxCharacters) {
        return line.codePointCount(0, line.length()) <= maxCharacters
                ? line
                : line.substring(0, line.offsetByCodePoints(0, maxCharacters - 1)) + "…";
    }
}
