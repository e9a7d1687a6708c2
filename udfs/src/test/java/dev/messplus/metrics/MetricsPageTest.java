package dev.messplus.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/metrics.md are those of {@link JobMetric}. With the system property {@code
 * mess.docs=write} the test writes them.
 */
class MetricsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    private static final Pattern TABLE =
            Pattern.compile("<!-- metrics: (\\w+) -->\n(.*?)<!-- end -->", Pattern.DOTALL);

    @Test
    void thePageHasTheTablesOfTheMetrics() throws IOException {
        String page = Files.readString(PAGE);
        List<String> scopes = TABLE.matcher(page).results().map(table -> table.group(1)).toList();
        assertThat(scopes)
                .as("scopes with a table in " + PAGE)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(MetricScope.values()).map(MetricScope::name).toList());
        String written = TABLE.matcher(page).replaceAll(MetricsPageTest::table);
        if ("write".equals(System.getProperty("mess.docs"))) {
            Files.writeString(PAGE, written);
        }
        assertThat(Files.readString(PAGE))
                .as(
                        "docs/metrics.md differs from JobMetric. To write its tables: mvn test -pl udfs"
                                + " -am -Dtest=MetricsPageTest -Dmess.docs=write"
                                + " -Dsurefire.failIfNoSpecifiedTests=false")
                .isEqualTo(written);
    }

    @Test
    void noTwoMetricsHaveTheSameName() {
        Set<String> names = new HashSet<>();
        for (JobMetric metric : JobMetric.values()) {
            assertThat(names.add(metric.prometheusName())).as(metric.prometheusName()).isTrue();
        }
    }

    @Test
    void namesInPrometheusAreThoseThatFlinkMakes() {
        assertThat(JobMetric.DEAD_LETTERS.prometheusName())
                .isEqualTo("flink_taskmanager_job_task_operator_deadLetters");
        assertThat(JobMetric.SLA_MODEL_SERVED.prometheusName())
                .isEqualTo("flink_taskmanager_job_task_operator_sla_shard_model_served");
        assertThat(MetricScope.SLA_MODEL.labels()).containsExactly("sla", "shard", "model");
    }

    @Test
    void aMetricIsFoundByItsNameBelowTheOperator() {
        assertThat(JobMetric.find("sla.gold.shard.12.model.m-1.available"))
                .contains(JobMetric.SLA_MODEL_AVAILABLE);
        assertThat(JobMetric.find("device.nvml:0.available")).contains(JobMetric.DEVICE_AVAILABLE);
        assertThat(JobMetric.find("available")).isEmpty();
        assertThat(JobMetric.find("sla.gold.q")).isEmpty();
        assertThat(JobMetric.find("deadLetters")).contains(JobMetric.DEAD_LETTERS);
    }

    private static String table(MatchResult table) {
        MetricScope scope = MetricScope.valueOf(table.group(1));
        StringBuilder text = new StringBuilder("<!-- metrics: %s -->\n".formatted(scope));
        text.append("| metric | type | unit | meaning | the question it answers |\n");
        text.append("|---|---|---|---|---|\n");
        for (JobMetric metric : JobMetric.values()) {
            if (metric.scope() == scope) {
                text.append(
                        "| `%s` | %s | %s | %s | %s |\n"
                                .formatted(
                                        metric.metricName(),
                                        metric.type().name().toLowerCase(Locale.ROOT),
                                        metric.unit(),
                                        metric.meaning(),
                                        metric.question()));
            }
        }
        return text.append("<!-- end -->").toString().replace("$", "\\$");
    }
}
