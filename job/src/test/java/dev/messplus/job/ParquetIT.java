package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.acme.ParquetRequests;
import com.acme.ParquetResponses;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Requests and responses in Parquet, by the classes that the page shows. */
@ExtendWith(SharedCluster.class)
class ParquetIT {

    private static final MessageType PROMPTS =
            MessageTypeParser.parseMessageType(
                    """
                    message request {
                      required binary id (STRING);
                      required binary sla (STRING);
                      required binary prompt (STRING);
                      optional binary reference (STRING);
                    }
                    """);

    /** As programs write it that do not know Avro: without its schema, and with three levels. */
    private static final MessageType CONVERSATIONS =
            MessageTypeParser.parseMessageType(
                    """
                    message schema {
                      optional binary sla (STRING);
                      optional group messages (LIST) {
                        repeated group list {
                          optional group element {
                            optional binary role (STRING);
                            optional binary content (STRING);
                          }
                        }
                      }
                      optional group params {
                        optional int64 max_tokens;
                      }
                      optional group reference (LIST) {
                        repeated group list {
                          optional binary element (STRING);
                        }
                      }
                    }
                    """);

    private static TestCluster cluster;

    @TempDir private Path folder;

    private Path in;
    private Path out;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void createFolders() throws IOException {
        in = Files.createDirectory(folder.resolve("in"));
        out = folder.resolve("out");
    }

    @Test
    void aBoundedRunAnswersEveryRow() throws Exception {
        write("prompts.parquet", CompressionCodecName.SNAPPY, prompts(300, "easy %d"));
        List<Group> conversations =
                IntStream.range(0, 250).mapToObj(i -> conversation("gold", i)).toList();
        write("chats.parquet", CompressionCodecName.ZSTD, conversations);
        write("wrong.parquet", CompressionCodecName.GZIP, List.of(conversation("lead", 1)));

        try (TestJob job = TestJob.on(cluster, config("parquet")).bounded().start()) {
            job.awaitEnd();

            List<GenericRecord> answers = written("responses");
            assertThat(answers)
                    .allMatch(answer -> text(answer, "status").equals("ok"))
                    .extracting(answer -> text(answer, "id"))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(
                                            IntStream.range(0, 300).mapToObj(i -> "r" + i),
                                            IntStream.rangeClosed(1, 250)
                                                    .mapToObj(row -> place("chats.parquet", row)))
                                    .toList());
            assertThat(answers)
                    .filteredOn(answer -> text(answer, "id").equals("r17"))
                    .extracting(answer -> text(answer, "output"), answer -> answer.get("score"))
                    .containsExactly(tuple("17", 1.0));
            assertThat(answers)
                    .filteredOn(answer -> text(answer, "id").equals(place("chats.parquet", 101)))
                    .extracting(answer -> text(answer, "output"), answer -> answer.get("score"))
                    .containsExactly(tuple("100", 1.0));
            assertThat(written("refusals"))
                    .extracting(refusal -> text(refusal, "id"), refusal -> text(refusal, "status"))
                    .containsExactly(tuple(place("wrong.parquet", 1), "refused"));
        }
    }

    /** A file that was begun is read on from its row, and no response is written twice. */
    @Test
    void aBoundedRunThatFailsAnswersEveryRowOnce() throws Exception {
        try (TestModels models = new TestModels()) {
            models.hold();
            write("many.parquet", CompressionCodecName.SNAPPY, prompts(600, "easy %d held"));
            TestConfig config =
                    config("parquet-failed").delivery("exactly_once").defaultModels(models);
            try (TestJob job = TestJob.on(cluster, config).bounded().start()) {
                models.release(100);
                awaitAnswers(30);
                job.failOver();
                // More than can be answered before the failure.
                models.release(300);
                awaitAnswers(101);
                models.release();
                job.awaitEnd();

                assertThat(written("responses"))
                        .extracting(answer -> text(answer, "id"))
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.range(0, 600).mapToObj(i -> "r" + i).toList());
            }
        }
    }

    private TestConfig config(String name) throws IOException {
        return TestConfig.on(cluster, name)
                .set("requests.source", ParquetRequests.class.getName())
                .set("requests.options.path", in.toString())
                .set("responses.sink", ParquetResponses.class.getName())
                .set("responses.options.path", out.toString());
    }

    private static List<Group> prompts(int count, String prompt) {
        return IntStream.range(0, count).mapToObj(i -> prompt(i, prompt.formatted(i))).toList();
    }

    private static Group prompt(int number, String prompt) {
        return new SimpleGroup(PROMPTS)
                .append("id", "r" + number)
                .append("sla", "gold")
                .append("prompt", prompt)
                .append("reference", String.valueOf(number));
    }

    private static Group conversation(String sla, int number) {
        Group request = new SimpleGroup(CONVERSATIONS).append("sla", sla);
        Group messages = request.addGroup("messages");
        addMessage(messages, "system", "Be brief.");
        addMessage(messages, "user", "easy " + number);
        request.addGroup("params").add("max_tokens", 16L);
        Group references = request.addGroup("reference");
        references.addGroup("list").add("element", String.valueOf(number));
        return request;
    }

    private static void addMessage(Group messages, String role, String content) {
        Group message = messages.addGroup("list").addGroup("element");
        message.add("role", role);
        message.add("content", content);
    }

    private void write(String name, CompressionCodecName codec, List<Group> rows)
            throws IOException {
        try (ParquetWriter<Group> writer =
                ExampleParquetWriter.builder(new LocalOutputFile(in.resolve(name)))
                        .withType((MessageType) rows.get(0).getType())
                        .withCompressionCodec(codec)
                        .build()) {
            for (Group row : rows) {
                writer.write(row);
            }
        }
    }

    private String place(String file, int row) {
        return in.resolve(file) + "-0-" + row;
    }

    private void awaitAnswers(int count) {
        int answered =
                Patience.await()
                        .until(
                                () -> new HashSet<>(ids(written("responses"))).size(),
                                written -> written >= count);
        assertThat(answered).isPositive();
    }

    private static List<String> ids(List<GenericRecord> rows) {
        return rows.stream().map(row -> text(row, "id")).toList();
    }

    /** The rows of the files that are complete. */
    private List<GenericRecord> written(String name) {
        List<GenericRecord> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file : files.filter(file -> isComplete(file, name)).toList()) {
                rows.addAll(read(file));
            }
        } catch (NoSuchFileException e) {
            // There is none yet.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private static List<GenericRecord> read(Path file) throws IOException {
        List<GenericRecord> rows = new ArrayList<>();
        try (ParquetReader<GenericRecord> reader =
                AvroParquetReader.<GenericRecord>builder(new LocalInputFile(file))
                        .withDataModel(GenericData.get())
                        .build()) {
            for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private static boolean isComplete(Path file, String name) {
        String actual = file.getFileName().toString();
        return actual.startsWith(name + "-") && actual.endsWith(".parquet");
    }

    private static String text(GenericRecord row, String field) {
        return row.get(field).toString();
    }
}
