package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.TestDevice;
import dev.messplus.local.fixture.TestModels;
import dev.messplus.local.fixture.TestTopics;
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
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard asks for what a job tells Prometheus, on Flink as it is configured here. */
class DashboardIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path FLINK_CONF = Path.of("..", "flink-conf");

    private static final Pattern SELECTOR = Pattern.compile("\\b(flink_\\w+)(?:\\{([^}]*)})?");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~?)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)\\{(.*)} \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    @TempDir private Path folder;

    @Test
    void everyMetricOfTheDashboardIsThere() throws Exception {
        int page = Ports.free();
        Configuration settings = GlobalConfiguration.loadConfiguration(FLINK_CONF.toString());
        settings.setString("metrics.reporter.prom.port", String.valueOf(page));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedFlink flink =
                        EmbeddedFlink.start(
                                settings,
                                folder.resolve("flink"),
                                folder.resolve("log"),
                                Ports.free(),
                                2);
                TestModels models = new TestModels();
                TestDevice device = new TestDevice(folder.resolve("powercap"))) {
            MessConfig config = config(kafka, models, device);
            new Topics(config.kafka()).ensure();
            StreamExecutionEnvironment env = flink.environment(null);
            MessJob.configure(env, config);
            Pipeline.define(env, config, KafkaConnectors.unbounded(config));
            JobID job = flink.submit(env, "mess+");
            try (TestTopics topics = new TestTopics(kafka.bootstrap())) {
                for (int i = 0; i < 50; i++) {
                    topics.send("mess.requests", "gold", request(i));
                }
                topics.flush();
            }

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(missing(scrape(page))).isEmpty());
            flink.cancel(job);
        }
    }

    /** What the dashboard asks for in vain. */
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

    private static MessConfig config(EmbeddedKafka kafka, TestModels models, TestDevice device) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        kafka: { bootstrap: "%1$s", createTopics: true, partitions: 2 }
                        zoo:
                          small: { url: "%2$s", model: small, energy: { source: rapl, root: "%3$s" } }
                          large-7b: { url: "%2$s", model: large, energy: { source: rapl, root: "%3$s" } }
                        slas: { gold: { alpha: 0.7 } }
                        embedding: { model: hashing }
                        checkpointIntervalMillis: 1000
                        """
                                .formatted(kafka.bootstrap(), models.url(), device.root()));
    }

    private static String request(int i) {
        return """
               {"id":"r%1$d","sla":"gold","prompt":"easy %1$d","reference":"%1$d","metric":"exact"}"""
                .formatted(i);
    }

    /** A line of a Prometheus page. */
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
            // A variable of the dashboard stands for any value.
            boolean any = matcher.group(3).startsWith("$");
            return value != null
                    && (any
                            || (matcher.group(2).equals("=~")
                                    ? value.matches(matcher.group(3))
                                    : value.equals(matcher.group(3))));
        }
    }
}
