package dev.messplus.cli;

import static dev.messplus.cli.CommandRun.outputOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.record.Json;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestResponses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Requests, responses and dead letters of a job, through the commands alone. */
@ExtendWith(SharedCluster.class)
class RecordCommandsIT {

    @TempDir static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void aMendedDeadLetterIsAnswered() throws Exception {
        TestConfig config = TestConfig.on(cluster, "mended");
        String file = Files.writeString(folder.resolve("mess.yaml"), config.yaml()).toString();
        try (TestJob job = TestJob.on(cluster, config).start()) {
            byte[] wrong = bytes("{\"id\":\"a\",\"sla\":\"gld\",\"prompt\":\"easy 1\"}");
            ProducerRecord<byte[], byte[]> traced =
                    new ProducerRecord<>(job.requestsTopic(), bytes("k"), wrong);
            String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
            traced.headers().add("traceparent", bytes(traceparent));
            job.send(traced);
            job.send(new ProducerRecord<>(job.requestsTopic(), null, bytes("{\"prompt\":")));
            ProducerRecord<byte[], byte[]> huge =
                    new ProducerRecord<>(job.requestsTopic(), null, new byte[(1 << 20) - 200]);
            job.send(huge);
            job.send(new ProducerRecord<>(job.requestsTopic(), bytes("gone"), null));
            job.flush();
            job.awaitDeadLetters(4);

            String table = outputOf("dead-letters", "--config", file);
            assertThat(table.lines()).hasSize(5);
            assertThat(table)
                    .startsWith("when ")
                    .containsPattern(
                            "unknown_sla +a +gld +mended\\.requests-\\d@\\d+ +40 B  sla: unknown 'gld'")
                    .contains("1.00 MiB, cut");

            List<String> lines =
                    outputOf("dead-letters", "--json", "--config", file).lines().toList();
            assertThat(lines).hasSize(4);
            Path letters = folder.resolve("letters.jsonl");
            Files.write(letters, lines.stream().filter(line -> !line.contains(":null")).toList());
            String before = Files.readString(letters);
            assertThat(
                            CommandRun.of(
                                    "dead-letters",
                                    "--resend",
                                    letters.toString(),
                                    "--config",
                                    file))
                    .satisfies(run -> assertThat(run.code()).isEqualTo(2))
                    .satisfies(
                            run ->
                                    assertThat(run.err())
                                            .startsWith("Nothing was sent: ")
                                            .contains("sla: unknown 'gld'; known are gold")
                                            .contains("value: is not JSON at column "));

            Files.writeString(
                    letters,
                    before.replace("\"gld\",\"prompt\"", "\"gold\",\"prompt\"")
                            .replace(
                                    "\"text\":\"{\\\"prompt\\\":\"",
                                    "\"value\":{\"id\":\"b\",\"sla\":\"gold\",\"prompt\":\"easy 2\"}"));
            assertThat(
                            outputOf(
                                    "dead-letters",
                                    "--resend",
                                    letters.toString(),
                                    "--dry-run",
                                    "--config",
                                    file))
                    .contains("Would send 2 records to mended.requests")
                    .contains("Left out line ", "the value is cut to 768 of 1048376 bytes");
            assertThat(outputOf("dead-letters", "--resend", letters.toString(), "--config", file))
                    .contains("Sent 2 records to mended.requests")
                    .contains("Left out line ");

            // Each of the four was answered, too: refused.
            assertThat(job.awaitResponses(6).stream().filter(TestResponses::isAnswered))
                    .extracting(response -> response.get("id").asText())
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(outputOf("responses", "--config", file).lines().skip(1))
                    .anySatisfy(
                            line -> assertThat(line).startsWith("a ").contains(" gold ", " ok "));
            assertThat(outputOf("responses", "--id", "a", "--json", "--config", file).lines())
                    .map(line -> Json.MAPPER.readTree(line).path("status").asText())
                    .containsExactly("refused", "ok");
            assertThat(outputOf("explain", "a", "--config", file))
                    .startsWith("Request a under gold")
                    .contains("Answer: 1", "This is the last of 2 responses with this id");
            assertThat(outputOf("dead-letters", "--config", file).lines()).hasSize(5);
            Patience.await()
                    .untilAsserted(
                            () ->
                                    assertThat(outputOf("status", "--url", cluster.flink().url()))
                                            .contains(
                                                    "Records of no use since the start: 4 dead letters"));
        }
    }

    @Test
    void anIdThatProduceShowsIsThatOfTheResponse() throws Exception {
        TestConfig config = TestConfig.on(cluster, "shown").set("receipts", true);
        String file = Files.writeString(folder.resolve("shown.yaml"), config.yaml()).toString();
        Path prompts = Files.writeString(folder.resolve("prompts"), "easy 1\neasy 2\n");
        try (TestJob job = TestJob.on(cluster, config).start()) {
            List<String> ids =
                    outputOf("produce", "--ids", prompts.toString(), "--config", file)
                            .lines()
                            .toList();
            assertThat(job.awaitResponses(2))
                    .extracting(response -> response.get("id").asText())
                    .containsExactlyInAnyOrderElementsOf(ids);

            String model = job.responses().get(0).get("model").asText();
            outputOf(
                    "feedback",
                    job.responses().get(0).get("id").asText(),
                    model,
                    "1",
                    "--config",
                    file);
            job.awaitMetric("sla.gold.shard.0.labelled", 1);

            assertThat(outputOf("explain", ids.get(0), "--config", file))
                    .startsWith("Request " + ids.get(0) + " under gold, number ")
                    .contains("Why: ", "expected score", "Queue Q ", "What came of it: ")
                    .contains("Answer: 1");
            JsonNode receipt =
                    Json.MAPPER.readTree(
                            outputOf("explain", ids.get(1), "--json", "--config", file));
            assertThat(receipt.get("candidates"))
                    .extracting(candidate -> candidate.get("model").asText())
                    .containsExactlyInAnyOrder("small", "large");

            JsonNode top =
                    Json.MAPPER.readTree(
                            outputOf("top", "--once", "--json", "--url", cluster.flink().url()));
            assertThat(top.at("/job/backlog").asLong(-1)).isZero();
            // Some are triggered before all tasks run.
            assertThat(top.at("/job/failedCheckpoints").asLong(-1)).isNotNegative();
            assertThat(top.at("/job/taskTimes"))
                    .extracting(task -> task.get("name").asText())
                    .contains("requests", "feedback", "embed", "route", "infer");
            assertThat(top.at("/job/calls"))
                    .extracting(calls -> calls.get("model").asText())
                    .containsExactly("small", "large");
            assertThat(top.at("/job/calls"))
                    .allSatisfy(
                            calls -> {
                                assertThat(calls.get("breaker").asText()).isEqualTo("closed");
                                assertThat(calls.get("inFlight").asLong()).isZero();
                                assertThat(calls.get("maxInFlight").asLong()).isPositive();
                            });
            assertThat(top.at("/rates/slas/0/name").asText()).isEqualTo("gold");
            assertThat(top.at("/rates/slas/0/requestsPerSecond").asDouble(-1)).isZero();
            assertThat(top.at("/rates/tasks"))
                    .anySatisfy(
                            task -> {
                                assertThat(task.get("name").asText()).isEqualTo("route");
                                assertThat(task.at("/busy").asDouble(-1)).isBetween(0.0, 1.0);
                            });
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
