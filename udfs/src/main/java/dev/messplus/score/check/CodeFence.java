package dev.messplus.score.check;

import java.util.Locale;

/** The fence of Markdown that models put around JSON. */
final class CodeFence {

    private static final String FENCE = "```";

    private CodeFence() {}

    /** What is in the fence if the text is one, of JSON or of no language; else the text. */
    static String contentOf(String text) {
        String stripped = text.strip();
        int firstLineEnd = stripped.indexOf('\n');
        int end = stripped.length() - FENCE.length();
        if (!stripped.startsWith(FENCE) || !stripped.endsWith(FENCE) || firstLineEnd < 0) {
            return text;
        }
        String language =
                stripped.substring(FENCE.length(), firstLineEnd).strip().toLowerCase(Locale.ROOT);
        return (language.isEmpty() || language.equals("json")) && firstLineEnd < end
                ? stripped.substring(firstLineEnd + 1, end)
                : text;
    }
}
