package dev.messplus.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.batch.file.BatchFiles;
import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.kafka.JobTopics;
import dev.messplus.batch.line.LineFormats;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.KafkaSectionBuilder;
import dev.messplus.job.config.TopicsSectionBuilder;
import dev.messplus.job.pipeline.RecordCheck;
import dev.messplus.record.Json;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A batch before a job that does what jobs do at their worst. {@code -Dbatch.echo.lines=1000000}
 * makes it long.
 */
@ExtendWith(SharedCluster.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BatchEchoIT {

    private static final int LINES = Integer.getInteger("batch.echo.lines", 20_000);

    @TempDir private Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    /** As under at_least_once, and beside responses to others. */
    @Test
    void aResponseThatIsRepeatedIsRecordedOnce() throws Exception {
        KafkaSection kafka = kafka("echo-twice");
        Batch batch = batch(kafka, write(LINES), false);
        try (EchoJob job =
                echo(
                        kafka,
                        response ->
                                List.of(
                                        response,
                                        ResponseBuilder.builder(response).id("other").build(),
                                        response))) {
            BatchFigures figures = batch.run();
            assertThat(figures.answered()).isEqualTo(LINES);
            assertThat(job.requests()).isEqualTo(LINES);
        }
        BitSet lines = new BitSet();
        try (Stream<String> results = Files.lines(batch.files().results())) {
            results.forEach(
                    result -> {
                        JsonNode json = json(result);
                        int line = json.get("line").asInt();
                        assertThat(lines.get(line)).isFalse();
                        lines.set(line);
                        assertThat(json.get("output").asText()).isEqualTo("prompt " + line);
                    });
        }
        assertThat(lines.cardinality()).isEqualTo(LINES);
        assertThat(batch.files().errors()).isEmptyFile();
    }

    @Test
    void linesWithoutAnAnswerAreSentAgainUnderIdsOfTheirOwn() throws Exception {
        KafkaSection kafka = kafka("echo-fails");
        Path input = write(1_000);
        try (EchoJob job =
                echo(kafka, response -> List.of(isEven(response) ? response : failed(response)))) {
            assertThat(batch(kafka, input, false).run())
                    .satisfies(
                            figures -> {
                                assertThat(figures.answered()).isEqualTo(500);
                                assertThat(figures.failed()).isEqualTo(500);
                            });
        }
        try (EchoJob job = echo(kafka, List::of)) {
            Batch again = batch(kafka, input, true);
            BatchFigures figures = again.run();
            assertThat(figures.answered()).isEqualTo(1_000);
            assertThat(figures.failed()).isZero();
            assertThat(job.requests()).isEqualTo(500);
            again.sort();
            assertThat(Files.readAllLines(again.files().results()))
                    .hasSize(1_000)
                    .satisfies(
                            lines -> {
                                assertThat(json(lines.get(0)).get("id").asText())
                                        .matches("batch_[0-9a-f]{16}\\.1/1");
                                assertThat(json(lines.get(1)).get("id").asText())
                                        .matches("batch_[0-9a-f]{16}/2");
                            });
            assertThat(again.files().errors()).isEmptyFile();
            // Nothing is left to be sent.
            assertThat(again.run()).isEqualTo(figures);
            assertThat(job.requests()).isEqualTo(500);
        }
    }

    /** A machine that has nothing but where the batch began. */
    @Test
    void anotherMachineGoesOn() throws Exception {
        KafkaSection kafka = kafka("echo-moves");
        BatchStart start = BatchStart.now(new JobTopics(kafka));
        Path input = write(LINES);
        AtomicLong answered = new AtomicLong();
        try (EchoJob job =
                echo(
                        kafka,
                        response -> {
                            answered.incrementAndGet();
                            return List.of(response);
                        })) {
            Batch first =
                    batch(
                            kafka,
                            input,
                            options(
                                    start,
                                    () -> {
                                        if (answered.get() > LINES / 2) {
                                            throw new CancellationException();
                                        }
                                        return null;
                                    }));
            assertThatExceptionOfType(CancellationException.class).isThrownBy(first::run);
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            Batch second =
                    batch(
                            kafka,
                            Files.copy(input, elsewhere.resolve("lines.txt")),
                            options(start, () -> null));
            assertThat(second.run().answered()).isEqualTo(LINES);
            assertThat(Files.readAllLines(second.files().results())).hasSize(LINES);
            assertThat(job.requests()).as("none is sent twice").isEqualTo(LINES);
        }
    }

    @Test
    void aBatchThatEndsEarlyAccountsForAllLines() throws Exception {
        KafkaSection kafka = kafka("echo-ends");
        AtomicLong answered = new AtomicLong();
        BatchEnd waiting = new BatchEnd("batch_cancelled", "no more", true);
        try (EchoJob job =
                echo(
                        kafka,
                        response -> {
                            // Some never are.
                            boolean even = isEven(response);
                            answered.addAndGet(even ? 1 : 0);
                            return even ? List.of(response) : List.of();
                        })) {
            AtomicLong asked = new AtomicLong();
            Batch batch =
                    batch(
                            kafka,
                            write(1_000),
                            options(
                                    null,
                                    () -> {
                                        if (answered.get() == 0) {
                                            return null;
                                        }
                                        return asked.incrementAndGet() < 100
                                                ? waiting
                                                : new BatchEnd("batch_expired", "too late", false);
                                    }));
            BatchFigures figures = batch.run();
            assertThat(figures.answered()).isEqualTo(job.requests() / 2).isPositive();
            assertThat(figures.failed()).isEqualTo(1_000 - figures.answered());
            assertThat(Files.readAllLines(batch.files().errors()))
                    .hasSize((int) figures.failed())
                    .allSatisfy(
                            line ->
                                    assertThat(json(line).get("status").asText())
                                            .isEqualTo("batch_expired"));
            // Once it has ended, it stays so.
            assertThat(batch.run()).isEqualTo(figures);
        }
    }

    private static BatchOptions options(BatchStart start, Supplier<BatchEnd> end) {
        return new BatchOptions(LineFormats.PROMPTS, null, 0, false, start, end);
    }

    @Test
    void filesOfSomethingElseAreNotWritten() throws Exception {
        KafkaSection kafka = kafka("echo-else");
        Batch batch = batch(kafka, write(10), false);
        Files.writeString(batch.files().results(), "mine\n");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(batch::run)
                .withMessageContaining("has lines of something else; move it away");
        assertThat(batch.files().results()).hasContent("mine\n");
    }

    private static boolean isEven(Response response) {
        String id = response.id();
        return Long.parseLong(id.substring(id.lastIndexOf('/') + 1)) % 2 == 0;
    }

    private static Response failed(Response response) {
        return ResponseBuilder.builder(response).status(Response.FAILED).error("no").build();
    }

    private static EchoJob echo(KafkaSection kafka, Function<Response, List<Response>> answers) {
        return new EchoJob(
                kafka.bootstrap(), kafka.topics().requests(), kafka.topics().responses(), answers);
    }

    private static Batch batch(KafkaSection kafka, Path input, boolean retry) {
        return batch(kafka, input, BatchOptions.of(null, null, 0, retry));
    }

    private static Batch batch(KafkaSection kafka, Path input, BatchOptions options) {
        return BatchBuilder.builder()
                .input(new InputFile(input, 100_000))
                .files(BatchFiles.of(input, null, null))
                .topics(new JobTopics(kafka))
                .check(RecordCheck.ofAnyJob())
                .options(options)
                .listener(new Silent())
                .build();
    }

    private static KafkaSection kafka(String name) throws Exception {
        KafkaSection section = KafkaSection.of(cluster.bootstrap());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(name + ".requests", 3, (short) 1),
                                    new NewTopic(name + ".responses", 2, (short) 1)))
                    .all()
                    .get();
        }
        return KafkaSectionBuilder.builder(section)
                .topics(
                        TopicsSectionBuilder.builder(section.topics())
                                .requests(name + ".requests")
                                .responses(name + ".responses")
                                .build())
                .build();
    }

    private Path write(int lines) throws IOException {
        Path input = folder.resolve("prompts.txt");
        try (BufferedWriter out = Files.newBufferedWriter(input)) {
            for (int i = 1; i <= lines; i++) {
                out.write("prompt " + i + "\n");
            }
        }
        return input;
    }

    private static JsonNode json(String line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private static final class Silent implements BatchListener {

        @Override
        public void begins(String batch, LineFormats format, long lines, BatchFigures figures) {}

        @Override
        public void progress(BatchFigures figures, long out) {}

        @Override
        public void silence(long seconds) {}
    }
}
