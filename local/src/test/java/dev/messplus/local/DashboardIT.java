package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.Patience;
import dev.messplus.local.fixture.TestCluster;
import dev.messplus.local.fixture.TestConfig;
import dev.messplus.local.fixture.TestDevice;
import dev.messplus.local.fixture.TestJob;
import dev.messplus.local.fixture.TestRequest;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every metric of the Grafana dashboard is reported to Prometheus with our Flink settings. */
class DashboardIT {

    private static final Path FLINK_CONF = Path.of("..", "flink-conf");

    private static final Pattern SELECTOR = Pattern.compile("\\b(flink_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    @TempDir private Path folder;

    @Test
    void everyMetricOfTheDashboardIsReported() throws Exception {
        int port = Ports.free();
        Configuration settings = GlobalConfiguration.loadConfiguration(FLINK_CONF.toString());
        settings.setString("metrics.reporter.prom.port", String.valueOf(port));
        try (TestCluster cluster = TestCluster.builder(folder).flinkSettings(settings).start();
                TestDevice device = new TestDevice(folder.resolve("powercap"));
                TestJob job = cluster.job(config(cluster, device)).start()) {
            for (int i = 0; i < 50; i++) {
                job.send(TestRequest.easy(i));
            }
            job.flush();

            Patience.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(missing(scrape(port))).isEmpty());
        }
    }

    /** The queries of the dashboard that no sample answers. */
    private static Set<String> missing(List<Sample> samples) throws IOException {
        Set<String> missing = new TreeSet<>();
        for (String query : queries()) {
            List<MatchResult> selectors = SELECTOR.matcher(query).results().toList();
            assertThat(selectors).as(query).isNotEmpty();
            Set<String> grouping =
                    GROUPING.matcher(query)
                            .results()
                            .flatMap(by -> Stream.of(by.group(1).split(", ")))
                            .collect(Collectors.toSet());
            for (MatchResult selector : selectors) {
                if (samples.stream().noneMatch(sample -> sample.answers(selector, grouping))) {
                    missing.add(selector.group() + " by " + grouping);
                }
            }
        }
        return missing;
    }

    private static List<String> queries() throws IOException {
        JsonNode dashboard =
                Json.MAPPER.readTree(FLINK_CONF.resolve("grafana/dashboards/mess.json").toFile());
        List<String> queries = dashboard.findValuesAsText("expr");
        assertThat(queries).hasSizeGreaterThan(40);
        return queries;
    }

    private static List<Sample> scrape(int port) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
        String page = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        return SAMPLE.matcher(page).results().map(Sample::of).toList();
    }

    private static TestConfig config(TestCluster cluster, TestDevice device) throws IOException {
        String url = cluster.models().url();
        return TestConfig.withDefaultTopics()
                .bootstrap(cluster.bootstrap())
                .model("small", url, TestConfig.rapl(device))
                .model("large-7b", url, "large", TestConfig.rapl(device));
    }

    /** A line of the page that Prometheus scrapes. */
    private record Sample(String name, Map<String, String> labels) {

        static Sample of(MatchResult line) {
            return new Sample(
                    line.group(1),
                    LABEL.matcher(line.group(2))
                            .results()
                            .collect(
                                    Collectors.toMap(
                                            label -> label.group(1), label -> label.group(2))));
        }

        boolean answers(MatchResult selector, Set<String> grouping) {
            return name.equals(selector.group(1))
                    && labels.keySet().containsAll(grouping)
                    && (selector.group(2) == null
                            || MATCHER.matcher(selector.group(2))
                                    .results()
                                    .allMatch(this::matches));
        }

        private boolean matches(MatchResult matcher) {
            String value = labels.get(matcher.group(1));
            // A variable of the dashboard matches any value.
            boolean any = matcher.group(3).startsWith("$");
            return value != null
                    && (any
                            || (matcher.group(2).equals("=~")
                                    ? value.matches(matcher.group(3))
                                    : value.equals(matcher.group(3))));
        }
    }
}
