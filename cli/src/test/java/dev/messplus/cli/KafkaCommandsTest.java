package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.fixture.TestConfig;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that talk to Kafka, with a broker and without a job. */
@Timeout(120)
class KafkaCommandsTest {

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() throws Exception {
        // Some records are years old.
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, Map.of("log.retention.ms", "-1"));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic("mess.requests", 1, (short) 1),
                                    new NewTopic("mess.responses", 3, (short) 1),
                                    new NewTopic("follow.responses", 1, (short) 1),
                                    new NewTopic("explained.responses", 3, (short) 1),
                                    new NewTopic("mess.feedback", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "responses",
                "explain 42",
                "dead-letters",
                "feedback r1 small 1",
                "produce -",
            })
    void withoutABrokerACommandSaysWhatToDo(String command) throws Exception {
        CommandRun run = onBroker("127.0.0.1:" + Ports.free(), command.split(" "));

        assertThat(run.code()).isOne();
        assertThat(run.err())
                .startsWith("cannot reach Kafka at 127.0.0.1:")
                .contains(
                        "Connection refused. Start one with ./mess kafka, or name yours with --bootstrap")
                .doesNotContain("\tat ");
    }

    @Test
    void aHostThatDoesNotExistIsNamed() {
        assertThat(onBroker("no-such-host.invalid:9092", "responses").err())
                .contains(
                        "cannot reach Kafka at no-such-host.invalid:9092: the host no-such-host.invalid is unknown");
        assertThat(onBroker("localhost", "responses"))
                .isEqualTo(
                        new CommandRun(
                                2,
                                "",
                                "kafka.bootstrap, --bootstrap: must be like localhost:9092, was localhost\n"));
    }

    @Test
    void whatListensThereMustBeABroker() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            CommandRun run = onBroker("127.0.0.1:" + silent.getLocalPort(), "responses");
            assertThat(run.code()).isOne();
            assertThat(run.err())
                    .contains("something listens there, but did not answer within 30 s as a broker")
                    .doesNotContain("\tat ");
        }
    }

    /** They call no model server. */
    @ParameterizedTest
    @ValueSource(strings = {"responses", "dead-letters", "feedback r1 small 1", "produce -"})
    void aCommandNeedsNoKeyOfAModel(String command) throws Exception {
        Path config =
                Files.writeString(
                        folder.resolve("keys.yaml"),
                        """
                        kafka: { bootstrap: "127.0.0.1:%d" }
                        zoo:
                          small: { url: "http://h/v1", model: m, apiKey: "${env:NOBODY_SETS_IT}",
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        slas: { gold: { alpha: 0.5 } }
                        """
                                .formatted(Ports.free()));

        CommandRun run = CommandRun.of((command + " --config " + config).split(" "));

        assertThat(run.err()).startsWith("cannot reach Kafka at 127.0.0.1:");
    }

    @Test
    void aTopicThatIsMissingIsNamed() {
        CommandRun run = onBroker(kafka.bootstrap(), "dead-letters");
        assertThat(run.code()).isOne();
        assertThat(run.err())
                .contains(
                        "has no topic mess.dead-letters. The job, mess produce and mess batch create the topics if kafka.createTopics is true in mess.yaml")
                .doesNotContain("\tat ");
    }

    @Test
    void requestsGetTheIdsThatAreShown() throws Exception {
        Path requests =
                Files.writeString(
                        folder.resolve("requests"),
                        "Why is the sky blue?\n\n{\"id\":\"42\",\"prompt\":\"Hi\"}\n");

        String shown = onBroker(kafka.bootstrap(), "produce", requests.toString()).out();
        String first = shown.lines().findFirst().orElseThrow().strip().split(" +")[0];
        assertThat(shown)
                .matches("(?s)  mess\\.requests-0-\\d+ +Why is the sky blue\\?\\R  42 +Hi\\R.*")
                .contains("Sent 2 requests to mess.requests")
                .contains(
                        "./mess responses --bootstrap %1$s shows the answers; if one does not come, look at ./mess dead-letters --bootstrap %1$s"
                                .formatted(kafka.bootstrap()));

        String ids = onBroker(kafka.bootstrap(), "produce", "--ids", requests.toString()).out();
        long offset = Long.parseLong(first.substring("mess.requests-0-".length()));
        assertThat(ids.lines()).containsExactly("mess.requests-0-" + (offset + 2), "42");
    }

    @Test
    void ofManyRequestsSomeAreShown() throws Exception {
        Path requests = folder.resolve("many");
        Files.write(requests, IntStream.range(0, 1_000).mapToObj(i -> "prompt " + i).toList());

        assertThat(onBroker(kafka.bootstrap(), "produce", requests.toString()).out().lines())
                .hasSize(23)
                .contains(
                        "  … and 980 more; --ids prints all ids",
                        "Sent 1000 requests to mess.requests");
    }

    @Test
    void ofAFileWithAMistakeNothingIsSent() throws Exception {
        Path requests = Files.writeString(folder.resolve("wrong"), "a\n\nb\n\n{\"prompt\":\nc\n");

        CommandRun run = onBroker(kafka.bootstrap(), "produce", requests.toString());

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .startsWith("Nothing was sent: " + requests + " has 1 error:")
                .contains("  line 5: value: is not JSON at column 11: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "4 | a;;b;{\"prompt\":;c | The 2 requests before it were sent.",
                "2 | a;{\"prompt\":       | The 1 request before it was sent.",
                "1 | {\"prompt\":         | Nothing was sent."
            })
    void ofStandardInputItIsSaidHowMuchWasSent(int line, String input, String sent) {
        InputStream original = System.in;
        try {
            System.setIn(
                    new ByteArrayInputStream(
                            input.replace(';', '\n').getBytes(StandardCharsets.UTF_8)));
            CommandRun run = onBroker(kafka.bootstrap(), "produce", "-");
            assertThat(run.code()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("line %d: value: is not JSON at column ".formatted(line))
                    .endsWith(System.lineSeparator() + sent + "\n");
        } finally {
            System.setIn(original);
        }
    }

    @Test
    void feedbackSaysWhereItWentAndChecksNamesAgainstAConfiguration() throws Exception {
        assertThat(onBroker(kafka.bootstrap(), "feedback", "r1", "small", "1").out())
                .startsWith(
                        "Sent the label 1.000 for request r1 and model small to mess.feedback\n")
                .contains(
                        "If r1 waits for a label of small, 'awaiting label' of ./mess status falls");

        Path config =
                Files.writeString(
                        folder.resolve("mess.yaml"),
                        """
                        kafka: { bootstrap: "%s" }
                        zoo:
                          large: { url: "http://one:8001/v1", model: large,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        slas:
                          gold: { alpha: 0.75 }
                        """
                                .formatted(kafka.bootstrap()));
        assertThat(CommandRun.of("feedback", "r1", "small", "1", "--config", config.toString()))
                .isEqualTo(new CommandRun(2, "", "MODEL: unknown small; known are large\n"));
        assertThat(
                        CommandRun.of(
                                "feedback",
                                "r1",
                                "large",
                                "1",
                                "--sla",
                                "tin",
                                "--config",
                                config.toString()))
                .isEqualTo(new CommandRun(2, "", "--sla: unknown tin; known are gold\n"));
    }

    @Test
    void responsesAreShownByTimeAndFiltered() throws Exception {
        assertThat(onBroker(kafka.bootstrap(), "responses").out())
                .isEqualTo("No response on mess.responses yet.\n");
        write("mess.responses", 1_000);

        List<String> last =
                onBroker(kafka.bootstrap(), "responses", "--limit", "3").out().lines().toList();
        assertThat(last).hasSize(4);
        assertThat(last.get(0)).startsWith("id ");
        assertThat(last.subList(1, 4))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("r997 "),
                        line -> assertThat(line).startsWith("r998 "),
                        line -> assertThat(line).startsWith("r999 "));

        assertThat(onBroker(kafka.bootstrap(), "responses").out().lines()).hasSize(21);
        assertThat(onBroker(kafka.bootstrap(), "responses", "--from-beginning").out().lines())
                .hasSize(1_001);
        // Written long before the others: found by going back to the beginning.
        assertThat(onBroker(kafka.bootstrap(), "responses", "--id", "r0", "--json").out())
                .isEqualTo(response(0) + "\n");
        assertThat(
                        onBroker(kafka.bootstrap(), "responses", "--sla", "tin", "--limit", "2")
                                .out()
                                .lines()
                                .skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("r980 "),
                        line -> assertThat(line).startsWith("r990 "));
        assertThat(onBroker(kafka.bootstrap(), "responses", "--id", "none", "--json"))
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "No such response to none on mess.responses. If its record could not be used,"
                                        + " ./mess dead-letters --bootstrap %s says why.\n"
                                                .formatted(kafka.bootstrap())));
        assertThat(onBroker(kafka.bootstrap(), "responses", "--sla", "lead").out())
                .isEqualTo("No response like that on mess.responses yet.\n");
        assertThat(
                        onBroker(kafka.bootstrap(), "responses", "--since", "2100-01-01T00:00:00Z")
                                .out())
                .isEqualTo("No response on mess.responses yet.\n");
        assertThat(
                        onBroker(
                                        kafka.bootstrap(),
                                        "responses",
                                        "--json",
                                        "--since",
                                        "1970-01-01T00:00:01Z")
                                .out()
                                .lines())
                .hasSize(1_000);
    }

    @Test
    void aResponseIsFoundHoweverLongAgoItWasAndIsExplained() throws Exception {
        String config =
                Files.writeString(
                                folder.resolve("explained.yaml"),
                                TestConfig.named("explained").bootstrap(kafka.bootstrap()).yaml())
                        .toString();
        assertThat(CommandRun.of("explain", "r0", "--config", config).err())
                .startsWith("No response to r0 among the 0 on explained.responses.\n");
        write("explained.responses", 1_000);

        CommandRun oldest = CommandRun.of("explain", "r0", "--config", config);
        assertThat(oldest.err()).isEmpty();
        assertThat(oldest.code()).isZero();
        assertThat(oldest.out())
                .startsWith("Request r0 under tin, ")
                .contains("This response has no receipt. Set receipts: true in mess.yaml")
                .doesNotContain("This is the last of");
        assertThat(CommandRun.of("explain", "r0", "--json", "--config", config))
                .satisfies(run -> assertThat(run.code()).isOne())
                .satisfies(run -> assertThat(run.out()).isEmpty())
                .satisfies(run -> assertThat(run.err()).startsWith("This response has no receipt"));

        CommandRun none = CommandRun.of("explain", "r1000", "--config", config);
        assertThat(none.code()).isOne();
        assertThat(none.err())
                .startsWith("No response to r1000 among the 1,000 on explained.responses.\n")
                .contains("try again", "mess dead-letters says why");
        assertThat(CommandRun.of("explain", "r0", "--sla", "gold", "--config", config).err())
                .startsWith("No response to r0 under gold among the 1,000 on ");
        // The last ten of a thousand that were written one in a millisecond.
        assertThat(
                        CommandRun.of(
                                        "explain",
                                        "r0",
                                        "--since",
                                        "2023-11-14T22:13:20.990Z",
                                        "--config",
                                        config)
                                .err())
                .startsWith(
                        "No response to r0 among the 10 on explained.responses since 2023-11-14T22:13:20.990Z.\n");

        write("explained.responses", 2);
        write("explained.responses", 1);
        assertThat(CommandRun.of("explain", "r0", "--config", config).out())
                .contains("This is the last of 2 responses with this id");
    }

    @Test
    void whatComesLaterIsFollowed() throws Exception {
        String config =
                Files.writeString(
                                folder.resolve("follow.yaml"),
                                TestConfig.named("follow").bootstrap(kafka.bootstrap()).yaml())
                        .toString();
        StringWriter out = new StringWriter();
        Thread following =
                new Thread(
                        () ->
                                Mess.command()
                                        .setOut(new PrintWriter(out))
                                        .execute(
                                                "responses",
                                                "--follow",
                                                "--json",
                                                "--id",
                                                "later",
                                                "--config",
                                                config));
        following.start();
        try (KafkaProducer<String, String> producer = producer()) {
            // Until the command reads on from the end of the topic.
            Patience.await()
                    .until(
                            () -> {
                                producer.send(
                                                new ProducerRecord<>(
                                                        "follow.responses", "{\"id\":\"later\"}"))
                                        .get();
                                return out.toString().contains("later");
                            });
        } finally {
            following.interrupt();
            following.join();
        }
    }

    /** One at a time over the partitions, each a millisecond later. */
    private static void write(String topic, int count) {
        try (KafkaProducer<String, String> producer = producer()) {
            for (int i = 0; i < count; i++) {
                var unused =
                        producer.send(
                                new ProducerRecord<>(
                                        topic,
                                        i % 3,
                                        1_700_000_000_000L + i,
                                        "r" + i,
                                        response(i)));
            }
        }
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap()),
                new StringSerializer(),
                new StringSerializer());
    }

    private static String response(int number) {
        return "{\"id\":\"r%d\",\"sla\":\"%s\",\"status\":\"ok\",\"model\":\"small\",\"output\":\"o\"}"
                .formatted(number, number % 10 == 0 ? "tin" : "gold");
    }

    private static CommandRun onBroker(String bootstrap, String... words) {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--bootstrap";
        all[words.length + 1] = bootstrap;
        return CommandRun.of(all);
    }
}
