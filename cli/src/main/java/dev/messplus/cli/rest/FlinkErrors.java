package dev.messplus.cli.rest;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Extracts the cause of an error from the stack traces in Flink's answers. */
final class FlinkErrors {

    private static final String CAUSED_BY = "Caused by: ";

    /** Flink answers with a list of errors, mostly with one. */
    private static final Pattern BRACKETS = Pattern.compile("^\\[(.*)]$", Pattern.DOTALL);

    private FlinkErrors() {}

    /**
     * The message of the innermost cause with all its lines, without the name of its class.
     *
     * @param trace one or several stack traces, or a plain message
     */
    static String cause(String trace) {
        List<String> lines =
                Arrays.asList(BRACKETS.matcher(trace.strip()).replaceFirst("$1").split("\\R"));
        int from = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith(CAUSED_BY)) {
                from = i;
            }
        }
        int to = from + 1;
        while (to < lines.size() && !isFrame(lines.get(to))) {
            to++;
        }
        String message = String.join(System.lineSeparator(), lines.subList(from, to));
        return message.replaceFirst("^" + CAUSED_BY, "")
                .replaceFirst("^(?:[\\w$]+\\.)+[\\w$]*(?:Exception|Error): ", "");
    }

    private static boolean isFrame(String line) {
        return line.startsWith("\tat ") || line.startsWith("\t... ");
    }
}
