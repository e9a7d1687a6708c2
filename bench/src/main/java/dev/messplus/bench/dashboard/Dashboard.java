package dev.messplus.bench.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Grafana dashboard as its file has it.
 *
 * @param panels in the order of the file, rows included
 * @param variables the value of each variable before anybody chooses another
 */
record Dashboard(String title, List<JsonNode> panels, Map<String, String> variables) {

    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");
    private static final Pattern LABEL = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");

    /** What Grafana has for "all" as the value that is chosen. */
    private static final String ALL = "$__all";

    static Dashboard read(Path file) throws IOException {
        JsonNode root = Json.MAPPER.readTree(file.toFile());
        Map<String, String> variables = new HashMap<>();
        for (JsonNode variable : root.at("/templating/list")) {
            String chosen = variable.at("/current/value").asText();
            variables.put(
                    variable.get("name").asText(),
                    chosen.equals(ALL) ? variable.get("allValue").asText() : chosen);
        }
        return new Dashboard(
                root.get("title").asText(), root.get("panels").valueStream().toList(), variables);
    }

    /**
     * A query as Prometheus understands it.
     *
     * @throws IllegalArgumentException if it has a variable that the dashboard does not
     */
    String query(String expression) {
        return VARIABLE.matcher(expression)
                .replaceAll(match -> Matcher.quoteReplacement(variable(match.group(1))));
    }

    /** A capture group such as {@code $1} is no variable. */
    private String variable(String name) {
        if (Character.isDigit(name.charAt(0))) {
            return "$" + name;
        }
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the dashboard has no variable $" + name);
        }
        return value;
    }

    /**
     * Name of a series in the legend.
     *
     * @param format such as {@code {{sla}} score}; a label that is missing leaves nothing
     */
    static String legend(String format, Map<String, String> labels) {
        return LABEL.matcher(format)
                .replaceAll(
                        match -> Matcher.quoteReplacement(labels.getOrDefault(match.group(1), "")));
    }
}
