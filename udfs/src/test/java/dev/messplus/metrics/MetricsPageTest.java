package dev.messplus.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The tables of docs/metrics.md list the metrics of {@link JobMetric}, in their order. */
class MetricsPageTest {

    private static final Path PAGE = Path.of("..", "docs", "metrics.md");

    private static final Pattern TABLE =
            Pattern.compile("<!-- metrics: (\\w+) -->\n(.*?)<!-- end -->", Pattern.DOTALL);

    /** A row of a table: name, type, unit, meaning and question, none of which is empty. */
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+)` \\| (\\w+) (?:\\| [^|]+ ){3}\\|");

    @Test
    void thePageHasTheTablesOfTheMetrics() throws IOException {
        Map<MetricScope, List<String>> tables = new EnumMap<>(MetricScope.class);
        Matcher table = TABLE.matcher(Files.readString(PAGE));
        while (table.find()) {
            List<String> before =
                    tables.put(MetricScope.valueOf(table.group(1)), rows(table.group(2)));
            assertThat(before).as("another table of " + table.group(1)).isNull();
        }
        Map<MetricScope, List<String>> metrics = new EnumMap<>(MetricScope.class);
        for (JobMetric metric : JobMetric.values()) {
            metrics.computeIfAbsent(metric.scope(), scope -> new ArrayList<>())
                    .add(metric.metricName() + " " + metric.type().name().toLowerCase(Locale.ROOT));
        }
        assertThat(tables).as("metrics and their types in " + PAGE).isEqualTo(metrics);
    }

    private static List<String> rows(String table) {
        List<String> rows = table.lines().skip(2).toList();
        assertThat(rows).allMatch(row -> ROW.matcher(row).matches());
        return rows.stream().map(row -> ROW.matcher(row).replaceAll("$1 $2")).toList();
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
}
