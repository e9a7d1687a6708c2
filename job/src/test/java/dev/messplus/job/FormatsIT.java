package dev.messplus.job;

import static dev.messplus.record.DeadLetterHeaders.DETAIL;
import static dev.messplus.record.DeadLetterHeaders.ID;
import static dev.messplus.record.DeadLetterHeaders.REASON;
import static dev.messplus.testkit.TestTopics.header;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.acme.AvroRequests;
import com.acme.AvroResponses;
import com.acme.WordFeedback;
import dev.messplus.job.config.Delivery;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that are not JSON, which classes of the user read and write. */
@ExtendWith(SharedCluster.class)
class FormatsIT {

    private static final Schema REQUEST = new Schema.Parser().parse(AvroRequests.SCHEMA);
    private static final Schema RESPONSE = new Schema.Parser().parse(AvroResponses.SCHEMA);

    private static final int REQUESTS = 100;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @ParameterizedTest
    @EnumSource(Delivery.class)
    void avroIsAnsweredInAvroAndWhatIsNotAvroIsRefused(Delivery delivery) throws Exception {
        try (TestJob job = TestJob.on(cluster, config(delivery)).start()) {
            for (int i = 0; i < REQUESTS; i++) {
                job.send(job.requestsTopic(), request("r" + i, "gold", "easy " + i));
            }
            byte[] truncated = {14, 'n', 'o'};
            // Avro would make a string of 2,147,483,639 bytes.
            byte[] huge = {(byte) 0xee, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
            byte[] json = utf8("{\"id\":\"j\",\"sla\":\"gold\",\"prompt\":\"easy 1\"}");
            byte[] unknownSla = request("other", "tin", "easy 1");
            for (byte[] invalid : List.of(truncated, huge, json, unknownSla)) {
                job.send(job.requestsTopic(), invalid);
            }
            job.flush();

            Map<String, GenericRecord> responses = responses(job, REQUESTS + 4);
            List<GenericRecord> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                GenericRecord response = responses.remove("r" + i);
                answers.add(response);
                assertThat(text(response, "status")).isEqualTo("ok");
                assertThat(text(response, "output")).isEqualTo(String.valueOf(i));
                assertThat((Double) response.get("energy_joules")).isBetween(1.0, 10.0);
            }
            assertThat(text(responses.remove("other"), "error")).startsWith("sla: unknown 'tin'");
            assertThat(responses.values())
                    .hasSize(3)
                    .allSatisfy(
                            response -> {
                                assertThat(text(response, "id")).startsWith(job.requestsTopic());
                                assertThat(text(response, "status")).isEqualTo("refused");
                                assertThat(text(response, "error"))
                                        .startsWith(
                                                "value: cannot be decoded by com.acme.AvroRequests: ");
                            });
            List<ConsumerRecord<byte[], byte[]>> letters = job.awaitDeadLetters(4);
            assertThat(letters)
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrder(truncated, huge, json, unknownSla);
            assertThat(letters)
                    .extracting(letter -> header(letter, REASON))
                    .containsExactlyInAnyOrder(
                            "undecodable", "undecodable", "undecodable", "unknown_sla");
            assertThat(letters)
                    .filteredOn(letter -> header(letter, REASON).equals("unknown_sla"))
                    .extracting(letter -> header(letter, ID))
                    .containsExactly("other");

            job.send(job.feedbackTopic(), utf8("r0 gold"));
            for (GenericRecord answered : answers) {
                job.sendFeedback(
                        "gold",
                        "%s gold %s 1.0".formatted(text(answered, "id"), text(answered, "model")));
            }
            job.flush();
            job.awaitMetric("sla.gold.shard.0.labelled", REQUESTS);
            assertThat(job.awaitDeadLetters(5))
                    .extracting(letter -> header(letter, DETAIL))
                    .contains(
                            "value: cannot be decoded by com.acme.WordFeedback: java.io.IOException: must have 4 words, had 2; send what that class reads");
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            assertThat(job.restarts()).isZero();
        }
    }

    private static TestConfig config(Delivery delivery) throws IOException {
        String wireName = delivery.name().toLowerCase(Locale.ROOT);
        return TestConfig.on(cluster, "avro-" + wireName)
                .set("delivery", wireName)
                .set("kafka.records.requests", AvroRequests.class.getName())
                .set("kafka.records.responses", AvroResponses.class.getName())
                .set("kafka.records.feedback", WordFeedback.class.getName());
    }

    private static byte[] request(String id, String sla, String prompt) {
        return avro(
                new GenericRecordBuilder(REQUEST)
                        .set("id", id)
                        .set("sla", sla)
                        .set("prompt", prompt)
                        .build());
    }

    private static byte[] avro(GenericRecord value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Map<String, GenericRecord> responses(TestJob job, int count) {
        return job.awaitResponseRecords(count).stream()
                .map(record -> response(record.value()))
                .collect(
                        toMap(
                                response -> text(response, "id"),
                                response -> response,
                                (a, b) -> a,
                                HashMap::new));
    }

    private static GenericRecord response(byte[] value) {
        try {
            return new GenericDatumReader<GenericRecord>(RESPONSE)
                    .read(null, DecoderFactory.get().binaryDecoder(value, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(GenericRecord record, String field) {
        return record.get(field).toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
