package dev.messplus.job.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.record.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The queries of the Grafana dashboard and of the alerts that this repository has. */
public final class ShippedQueries {

    private static final Path FLINK_CONF = Path.of("..", "flink-conf");
    private static final Pattern SELECTOR = Pattern.compile("\\b(flink_\\w+|up\\b)(?:\\{[^}]*})?");
    private static final Pattern COMPARISON = Pattern.compile(" (<|>|==|>=) ");

    private final List<String> dashboard;
    private final List<String> alerts;

    private ShippedQueries(List<String> dashboard, List<String> alerts) {
        this.dashboard = dashboard;
        this.alerts = alerts;
    }

    /** File of the alerts. */
    public static Path rules() {
        return FLINK_CONF.resolve("prometheus-rules.yml");
    }

    /** Reads them. */
    public static ShippedQueries read() throws IOException {
        JsonNode page =
                Json.MAPPER.readTree(FLINK_CONF.resolve("grafana/dashboards/mess.json").toFile());
        List<String> dashboard =
                page.findValuesAsText("expr").stream().map(ShippedQueries::withAnyValue).toList();
        List<String> alerts = new ArrayList<>();
        Map<String, List<Map<String, List<Map<String, String>>>>> rules =
                new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(rules()));
        rules.get("groups")
                .forEach(group -> group.get("rules").forEach(rule -> alerts.add(rule.get("expr"))));
        return new ShippedQueries(dashboard, alerts);
    }

    /** As Grafana asks when all SLAs and models are chosen. */
    private static String withAnyValue(String query) {
        return query.replace("$window", "1m").replaceAll("\\$\\w+", ".*");
    }

    /** Those of the dashboard. */
    public List<String> dashboard() {
        return dashboard;
    }

    /** Those of the alerts. */
    public List<String> alerts() {
        return alerts;
    }

    /**
     * Those of the alerts, such that they give 0 instead of nothing while all is well. They give
     * nothing if a metric does not exist, or if the labels of two sides do not match.
     */
    public List<String> alertsAsNumbers() {
        return alerts.stream()
                .map(alert -> COMPARISON.matcher(alert).replaceAll(" $1 bool "))
                .toList();
    }

    /** What all of them select, such as {@code flink_…_q{sla=~".*"}}. */
    public Set<String> selectors() {
        List<String> all = new ArrayList<>(dashboard);
        all.addAll(alerts);
        return all.stream()
                .flatMap(query -> SELECTOR.matcher(query).results())
                .map(selector -> selector.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of the metrics that they ask for. */
    public Set<String> metrics() {
        return selectors().stream()
                .map(selector -> selector.replaceFirst("\\{.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
