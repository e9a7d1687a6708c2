package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.local.cli.Mess;
import dev.messplus.local.cluster.ClusterOptions;
import dev.messplus.local.cluster.Distribution;
import dev.messplus.local.cluster.FlinkCluster;
import dev.messplus.local.embedded.EmbeddedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar on a cluster of several JVMs, handled by the commands. */
class ClusterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static TestModels models;
    private static FlinkCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        Distribution distribution = Distribution.ofCommand();
        assumeThatCode(distribution::jobJar).doesNotThrowAnyException();
        assumeThatCode(distribution::flinkClasspath).doesNotThrowAnyException();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        models = new TestModels();
        cluster =
                FlinkCluster.start(
                        distribution,
                        new ClusterOptions(folder.resolve("flink"), 0, 2, 2, false, Map.of()));
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
            models.close();
            kafka.close();
        }
    }

    @Test
    void aJobIsSubmittedShownStoppedAndStartedAgainAtAnotherParallelism() throws Exception {
        Path config = Files.writeString(folder.resolve("mess.yaml"), config());
        String first = job(mess("submit", "--config", config.toString(), "--parallelism", "2"));
        try (TestTopics topics = new TestTopics(kafka.bootstrap(), "mess.responses")) {
            send(topics, 0, 200);
            answered(topics, 200);

            String stopped = mess("stop", first);
            String savepoint = find("file:\\S+", stopped);
            mess(
                    "submit",
                    "--config",
                    config.toString(),
                    "--parallelism",
                    "4",
                    "--savepoint",
                    savepoint);
            send(topics, 200, 201);
            List<JsonNode> responses = answered(topics, 201);
            assertThat(responses).extracting(r -> r.get("t").asLong()).contains(201L);
        }
    }

    private static void send(TestTopics topics, int from, int to) {
        IntStream.range(from, to)
                .forEach(
                        i ->
                                topics.send(
                                        "mess.requests",
                                        "gold",
                                        """
                                        {"id":"r%d","sla":"gold","prompt":"easy %d","reference":"%d","metric":"exact"}"""
                                                .formatted(i, i, i)));
        topics.flush();
    }

    private static List<JsonNode> answered(TestTopics topics, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ids(topics.poll("mess.responses"))).hasSize(count));
        return topics.poll("mess.responses");
    }

    private static Set<String> ids(List<JsonNode> responses) {
        Set<String> ids = new HashSet<>();
        responses.forEach(response -> ids.add(response.get("id").asText()));
        return ids;
    }

    private static String mess(String command, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = new String[arguments.length + 3];
        all[0] = command;
        all[1] = "--url";
        all[2] = cluster.url();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        int code =
                Mess.command()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(all);
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    private static String job(String said) {
        return find("\\b[0-9a-f]{32}\\b", said);
    }

    private static String find(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group();
    }

    private static String config() {
        return """
               kafka: { bootstrap: "%1$s", createTopics: true, partitions: 2 }
               zoo:
                 small: { url: "%2$s", model: small, energy: { source: constant, joulesPerRequest: 1 } }
                 large: { url: "%2$s", model: large, energy: { source: constant, joulesPerRequest: 10 } }
               slas: { gold: { alpha: 0.7 } }
               embedding: { model: hashing }
               checkpointIntervalMillis: 1000
               """
                .formatted(kafka.bootstrap(), models.url());
    }
}
