package dev.messplus.job.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestDevice;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.metrics.JobMetric;
import dev.messplus.metrics.MetricScope;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A job with our Flink settings reports the metrics that are listed, and no others of its own; and
 * every query of the dashboard and of the alerts has an answer: from a Prometheus, if one is
 * installed. One SLA has two shards and one has none.
 */
class DashboardIT {

    private static final int REQUESTS = 50;
    private static final List<String> SLAS = List.of("gold", "silver");

    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");

    /** Flink's own metrics of an operator. */
    private static final Pattern OF_FLINK =
            Pattern.compile(".*_operator_(num[RBS]|current(In|Out)put|watermark)\\w+");

    @TempDir private static Path folder;

    private static int port;
    private static TestCluster cluster;
    private static TestDevice device;
    private static TestJob job;

    private final ShippedQueries queries;

    DashboardIT() throws IOException {
        queries = ShippedQueries.read();
    }

    @BeforeAll
    static void start() throws Exception {
        port = Ports.free();
        Configuration settings = GlobalConfiguration.loadConfiguration("../flink-conf");
        settings.setString("metrics.reporter.prom.port", String.valueOf(port));
        cluster = TestCluster.builder().flinkSettings(settings).build();
        device = new TestDevice(folder.resolve("powercap"));
        job = TestJob.on(cluster, config()).start();
        sendMore();
    }

    @AfterAll
    static void stop() throws Exception {
        job.close();
        device.close();
        cluster.close();
    }

    @Test
    void theJobReportsTheMetricsThatAreListed() {
        Set<String> listed =
                Arrays.stream(JobMetric.values())
                        // It appears with the first call that fails.
                        .filter(metric -> metric.scope() != MetricScope.MODEL_ERROR)
                        .map(JobMetric::prometheusName)
                        .collect(Collectors.toSet());
        Set<String> operators =
                Arrays.stream(MetricScope.values())
                        .flatMap(scope -> scope.operators().stream())
                        .collect(Collectors.toSet());
        Patience.await()
                .untilAsserted(
                        () ->
                                assertThat(
                                                scrape().stream()
                                                        .filter(
                                                                s ->
                                                                        operators.contains(
                                                                                s.operator()))
                                                        .map(Sample::name)
                                                        .filter(
                                                                name ->
                                                                        !OF_FLINK.matcher(name)
                                                                                .matches())
                                                        .filter(
                                                                name ->
                                                                        !name.startsWith(
                                                                                MetricScope
                                                                                        .MODEL_ERROR
                                                                                        .prometheusPrefix()))
                                                        .map(DashboardIT::withoutCount)
                                                        .collect(Collectors.toSet()))
                                        .isEqualTo(listed));
    }

    /** A restart would begin a new series otherwise. */
    @Test
    void noSeriesIsThatOfOneAttempt() {
        Patience.await()
                .untilAsserted(
                        () ->
                                assertThat(scrape())
                                        .anyMatch(sample -> sample.operator().equals("route"))
                                        .noneMatch(sample -> sample.has("task_attempt_id"))
                                        .noneMatch(sample -> sample.has("task_attempt_num")));
    }

    @Test
    void everyMetricOfAQueryIsDocumented() throws IOException {
        assertThat(queries.dashboard()).hasSizeGreaterThan(40);
        assertThat(queries.alerts()).hasSizeGreaterThan(10);
        String page = Files.readString(Path.of("..", "docs", "metrics.md"));
        Set<String> listed =
                Arrays.stream(JobMetric.values())
                        .map(JobMetric::prometheusName)
                        .collect(Collectors.toSet());
        assertThat(queries.metrics())
                .allMatch(
                        name ->
                                listed.contains(withoutCount(name))
                                        || page.contains("`" + name + "`"));
    }

    @Test
    void everyQueryHasAnAnswer() throws Exception {
        Optional<PrometheusServer> installed =
                PrometheusServer.start(
                        folder.resolve("prometheus"),
                        Ports.LOOPBACK + ":" + port,
                        ShippedQueries.rules());
        if (installed.isEmpty()) {
            // Prometheus itself makes up for whether a process answers.
            Patience.await()
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(
                            () ->
                                    assertThat(selectsNothing(scrape()))
                                            .containsOnly("up{job=\"flink\"}"));
            return;
        }
        try (PrometheusServer prometheus = installed.get()) {
            Patience.await()
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .pollInterval(Duration.ofSeconds(2))
                    .untilAsserted(
                            () -> {
                                // Rates and quantiles are of what happens now.
                                sendMore();
                                assertThat(unanswered(prometheus)).isEmpty();
                                assertThat(prometheus.rules())
                                        .hasSameSizeAs(queries.alerts())
                                        .allMatch(rule -> rule.get("health").asText().equals("ok"));
                            });
        }
    }

    /** The queries without an answer, or without one for each SLA. */
    private Set<String> unanswered(PrometheusServer prometheus) throws Exception {
        Set<String> unanswered = new TreeSet<>();
        for (String query : queries.dashboard()) {
            if (!isComplete(prometheus.query(query))) {
                unanswered.add(query);
            }
        }
        for (String query : queries.alertsAsNumbers()) {
            if (!isComplete(prometheus.query(query))) {
                unanswered.add(query);
            }
        }
        for (String selector : queries.selectors()) {
            if (prometheus.query(selector).isEmpty()) {
                unanswered.add(selector);
            }
        }
        return unanswered;
    }

    private static boolean isComplete(JsonNode answer) {
        List<String> slas = answer.findValuesAsText("sla");
        return !answer.isEmpty() && (slas.isEmpty() || slas.containsAll(SLAS));
    }

    private Set<String> selectsNothing(List<Sample> samples) {
        return queries.selectors().stream()
                .filter(selector -> samples.stream().noneMatch(sample -> sample.answers(selector)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void sendMore() {
        for (int i = 0; i < REQUESTS; i++) {
            for (String sla : SLAS) {
                job.send(TestRequest.easyOrHard(i).id(sla + System.nanoTime()).sla(sla));
            }
        }
        job.flush();
    }

    private static String withoutCount(String name) {
        return name.replaceFirst("_count$", "");
    }

    private static List<Sample> scrape() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
        String page = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        return SAMPLE.matcher(page).results().map(Sample::of).toList();
    }

    private static TestConfig config() throws IOException {
        String url = cluster.models().url();
        return TestConfig.withDefaultTopics()
                .bootstrap(cluster.bootstrap())
                .sla("gold", audited(0.7))
                .sla("silver", audited(0.6).with("shards", 2))
                .model("small", url, TestConfig.rapl(device))
                .model("large-7b", url, "large", TestConfig.rapl(device));
    }

    /**
     * An SLA that has the metrics of audits, but hardly any audit: nobody answers them here, and
     * bounds of the average score would wait for them.
     */
    private static TestSla audited(double alpha) {
        return TestSla.promising(alpha)
                .exploringOften()
                .with("scoring", Map.of("scorer", "reference"))
                .with("labels", Map.of("source", "judge", "audit", 1e-6));
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

        String operator() {
            return labels.getOrDefault("operator_name", "");
        }

        boolean has(String label) {
            return labels.containsKey(label);
        }

        boolean answers(String selector) {
            return name.equals(selector.replaceFirst("\\{.*", ""))
                    && MATCHER.matcher(selector).results().allMatch(this::matches);
        }

        private boolean matches(MatchResult matcher) {
            String value = labels.get(matcher.group(1));
            return value != null
                    && (matcher.group(2).equals("=~")
                            ? value.matches(matcher.group(3))
                            : value.equals(matcher.group(3)));
        }
    }
}
