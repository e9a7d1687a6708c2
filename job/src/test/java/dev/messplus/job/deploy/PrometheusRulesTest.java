package dev.messplus.job.deploy;

import static dev.messplus.job.deploy.ComposeFile.list;
import static dev.messplus.job.deploy.ComposeFile.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The alerts of {@code flink-conf/prometheus-rules.yml}, by themselves and by Prometheus' tool. */
class PrometheusRulesTest {

    private static final Path RULES = ComposeFile.ROOT.resolve("flink-conf/prometheus-rules.yml");
    private static final Path CONFIG = ComposeFile.ROOT.resolve("flink-conf/prometheus.yml");
    private static final Path TESTS = Path.of("src/test/resources/prometheus-rules-test.yml");
    private static final String RUNBOOK = "docs/operations.md#";

    @Test
    void everyAlertSaysHowBadItIsAndNamesItsRunbook() throws IOException {
        Set<String> sections =
                Files.readAllLines(ComposeFile.ROOT.resolve("docs/operations.md")).stream()
                        .filter(line -> line.startsWith("### "))
                        .map(line -> line.substring(4))
                        .collect(Collectors.toSet());
        for (Map<String, Object> alert : alerts()) {
            String name = (String) alert.get("alert");
            assertThat(map(alert.get("labels")).get("severity"))
                    .as(name)
                    .isIn("critical", "warning");
            Map<String, Object> annotations = map(alert.get("annotations"));
            assertThat(annotations).as(name).containsKeys("summary", "description");
            assertThat(annotations.get("runbook"))
                    .as(name)
                    .isEqualTo(RUNBOOK + name.toLowerCase(Locale.ROOT));
            assertThat(sections).as("sections of docs/operations.md").contains(name);
        }
    }

    @Test
    void everyAlertIsTestedToFireAndNotToFire() throws IOException {
        Set<String> firing = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (Object test : list(map(ComposeFile.yaml(TESTS)).get("tests"))) {
            for (Object step : list(map(test).get("alert_rule_test"))) {
                boolean fires = !list(map(step).get("exp_alerts")).isEmpty();
                (fires ? firing : silent).add((String) map(step).get("alertname"));
            }
        }
        Set<String> all = new TreeSet<>();
        alerts().forEach(alert -> all.add((String) alert.get("alert")));
        assertThat(firing).isEqualTo(all);
        assertThat(silent).isEqualTo(all);
    }

    @Test
    void prometheusAcceptsTheRulesAndTheConfigurationThatLoadsThem() throws Exception {
        promtool("check", "rules", RULES.toString());
        promtool("check", "config", CONFIG.toString());
    }

    @Test
    void alertsFireWhenTheyShould() throws Exception {
        promtool("test", "rules", TESTS.toString());
    }

    private static List<Map<String, Object>> alerts() throws IOException {
        List<Map<String, Object>> alerts = new ArrayList<>();
        for (Object group : list(map(ComposeFile.yaml(RULES)).get("groups"))) {
            list(map(group).get("rules")).forEach(rule -> alerts.add(map(rule)));
        }
        assertThat(alerts).hasSizeGreaterThan(10);
        return alerts;
    }

    private static void promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("Skipped: needs promtool, of Debian's package prometheus");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
    }
}
