package dev.messplus.energy.counter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses Prometheus' text exposition format, version 0.0.4. Comments and malformed lines are
 * skipped, because a page comes from outside.
 *
 * @see <a href="https://prometheus.io/docs/instrumenting/exposition_formats/">Exposition
 *     formats</a>
 */
final class PrometheusText {

    /**
     * One sample of a page, without its timestamp.
     *
     * @param name name of the metric
     * @param labels unescaped values by label
     * @param value any double, including {@code NaN} and infinities
     */
    record Sample(String name, Map<String, String> labels, double value) {

        /** A label's value; empty if it is missing, which means the same to Prometheus. */
        String label(String label) {
            return labels.getOrDefault(label, "");
        }
    }

    /** Between the parts of a line there may be blanks: spaces, tabs and carriage returns. */
    private static final String BLANKS = "[ \\t\\r]*";

    /** Name, labels, value, as Go writes numbers, and timestamp. */
    private static final Pattern LINE =
            Pattern.compile(
                    "_([\\w:]+)(?:_\\{(.*)}_|[ \\t\\r]+)([-+.0-9eE]+|(?i:nan|[-+]?inf))(?:[ \\t\\r]+[-+]?\\d{1,18})?_"
                            .replace("_", BLANKS),
                    Pattern.DOTALL);

    /** The next label, with the comma after it. Possessive, so that long values do not recurse. */
    private static final Pattern LABEL =
            Pattern.compile(
                    "\\G_([\\w:]+)_=_\"((?:[^\"\\\\]|\\\\[\\\\\"n])*+)\"_(?:,|\\z)_"
                            .replace("_", BLANKS));

    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");

    private PrometheusText() {}

    /** Returns the samples of some metrics, in the order of the page. */
    static List<Sample> samples(String page, Set<String> names) {
        List<Sample> samples = new ArrayList<>();
        for (String line : page.split("\n")) {
            if (names.stream().anyMatch(line::contains)) {
                Matcher parts = LINE.matcher(line);
                if (parts.matches() && names.contains(parts.group(1))) {
                    sample(parts).ifPresent(samples::add);
                }
            }
        }
        return samples;
    }

    /** Empty if the line is malformed. */
    private static Optional<Sample> sample(Matcher line) {
        try {
            String labels = line.group(2) == null ? "" : line.group(2);
            return Optional.of(new Sample(line.group(1), labels(labels), number(line.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (label.find()) {
            if (labels.put(label.group(1), unescaped(label.group(2))) != null) {
                throw new IllegalArgumentException("a label twice");
            }
            end = label.end();
        }
        if (!text.substring(end).isBlank()) {
            throw new IllegalArgumentException("no label");
        }
        return labels;
    }

    private static String unescaped(String value) {
        return ESCAPED.matcher(value)
                .replaceAll(
                        escape ->
                                escape.group(1).equals("n")
                                        ? "\n"
                                        : Matcher.quoteReplacement(escape.group(1)));
    }

    private static double number(String written) {
        return switch (written.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(written);
        };
    }
}
