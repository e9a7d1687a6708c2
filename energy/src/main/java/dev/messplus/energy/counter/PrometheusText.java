package dev.messplus.energy.counter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Parses Prometheus' text exposition format, version 0.0.4, in one pass. Comments and malformed
 * lines are skipped, because a page comes from outside.
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

    private final String text;
    private final int end;
    private int at;

    /** A parser of one line. */
    private PrometheusText(String text, int start, int end) {
        this.text = text;
        this.at = start;
        this.end = end;
    }

    /** Returns the samples of some metrics, in the order of the page. */
    static List<Sample> samples(String page, Set<String> names) {
        List<Sample> samples = new ArrayList<>();
        int start = 0;
        while (start < page.length()) {
            int newline = page.indexOf('\n', start);
            int end = newline < 0 ? page.length() : newline;
            try {
                PrometheusText line = new PrometheusText(page, start, end);
                String name = line.name();
                if (names.contains(name)) {
                    samples.add(line.sample(name));
                }
            } catch (Malformed e) {
                // Skipped; other lines may be well-formed.
            }
            start = end + 1;
        }
        return samples;
    }

    private String name() {
        skipBlanks();
        return word();
    }

    private Sample sample(String name) throws Malformed {
        require(at < end && (isBlank(text.charAt(at)) || text.charAt(at) == '{'));
        skipBlanks();
        Map<String, String> labels = labels();
        double value = number(token());
        String timestamp = token();
        require(timestamp.isEmpty() || isLong(timestamp));
        require(at == end);
        return new Sample(name, labels, value);
    }

    private Map<String, String> labels() throws Malformed {
        if (!take('{')) {
            return Map.of();
        }
        Map<String, String> labels = new HashMap<>();
        boolean more = true;
        while (!take('}')) {
            require(more);
            String label = word();
            require(!label.isEmpty());
            require(take('='));
            require(labels.put(label, quoted()) == null);
            more = take(',');
        }
        return labels;
    }

    private String quoted() throws Malformed {
        require(at < end && text.charAt(at) == '"');
        at++;
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            value.append(c == '\\' ? unescaped(next()) : c);
        }
        skipBlanks();
        return value.toString();
    }

    private static char unescaped(char c) throws Malformed {
        return switch (c) {
            case '\\', '"' -> c;
            case 'n' -> '\n';
            default -> throw new Malformed();
        };
    }

    /** Accepts the numbers that Go writes, but not Java's {@code 1d} or {@code Infinity}. */
    private static double number(String token) throws Malformed {
        return switch (token.toLowerCase(Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                require(token.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0));
                try {
                    yield Double.parseDouble(token);
                } catch (NumberFormatException e) {
                    throw new Malformed();
                }
            }
        };
    }

    private static boolean isLong(String token) {
        try {
            Long.parseLong(token);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** The longest run of letters, digits, underscores and colons, possibly empty. */
    private String word() {
        int start = at;
        while (at < end && isWordCharacter(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    /** The text before the next blank. */
    private String token() {
        int start = at;
        while (at < end && !isBlank(text.charAt(at))) {
            at++;
        }
        String token = text.substring(start, at);
        skipBlanks();
        return token;
    }

    private char next() throws Malformed {
        require(at < end);
        return text.charAt(at++);
    }

    private boolean take(char c) {
        skipBlanks();
        boolean there = at < end && text.charAt(at) == c;
        if (there) {
            at++;
            skipBlanks();
        }
        return there;
    }

    private void skipBlanks() {
        while (at < end && isBlank(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    private static boolean isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == ':';
    }

    private static void require(boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed();
        }
    }

    /** Has no stack trace: a page may have many malformed lines, and nobody reads the traces. */
    private static final class Malformed extends Exception {
        Malformed() {
            super(null, null, false, false);
        }
    }
}
