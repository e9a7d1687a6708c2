package dev.messplus.job;

import static dev.messplus.record.DeadLetterHeaders.DETAIL;
import static dev.messplus.record.DeadLetterHeaders.HEADERS_DROPPED;
import static dev.messplus.record.DeadLetterHeaders.ID;
import static dev.messplus.record.DeadLetterHeaders.KEY_DROPPED;
import static dev.messplus.record.DeadLetterHeaders.OFFSET;
import static dev.messplus.record.DeadLetterHeaders.ORIGINAL_BYTES;
import static dev.messplus.record.DeadLetterHeaders.REASON;
import static dev.messplus.record.DeadLetterHeaders.SLA;
import static dev.messplus.record.DeadLetterHeaders.TOPIC;
import static dev.messplus.testkit.TestTopics.header;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.config.Delivery;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records that the job cannot use become dead letters with the reason, and nothing else fails. */
@ExtendWith(SharedCluster.class)
class DeadLetterIT {

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @Test
    void goodRecordsAreAnsweredAndBrokenOnesBecomeDeadLetters() throws Exception {
        TestConfig config = TestConfig.on(cluster, "broken").set("limits.maxPromptChars", 1_000);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            Map<String, Long> expected = new HashMap<>();
            int good = 0;
            int brokenFeedback = 0;
            for (int i = 0; i < 1_000; i++) {
                if (i % 10 == 3) {
                    BrokenRecord broken = BrokenRecord.ALL.get(i / 10 % BrokenRecord.ALL.size());
                    job.send(
                            broken.feedback() ? job.feedbackTopic() : job.requestsTopic(),
                            broken.value());
                    expected.merge(broken.reason(), 1L, Long::sum);
                    brokenFeedback += broken.feedback() ? 1 : 0;
                } else {
                    job.send(TestRequest.easyOrHard(i));
                    good++;
                }
            }
            job.flush();

            var responses = job.awaitResponses(1_000 - brokenFeedback);
            List<ConsumerRecord<byte[], byte[]>> letters = job.awaitDeadLetters(100);

            assertThat(responses.stream().collect(groupingBy(DeadLetterIT::status, counting())))
                    .isEqualTo(
                            Map.of("ok", (long) good, "refused", 1_000L - good - brokenFeedback));
            assertThat(TestResponses.distinctIds(responses)).hasSizeGreaterThanOrEqualTo(good);
            assertThat(letters.stream().collect(groupingBy(l -> header(l, REASON), counting())))
                    .isEqualTo(expected);
            assertThat(letters)
                    .allSatisfy(
                            letter -> {
                                BrokenRecord broken = BrokenRecord.of(letter.value());
                                assertThat(header(letter, DETAIL)).contains(broken.detail());
                                assertThat(header(letter, TOPIC))
                                        .isEqualTo(
                                                broken.feedback()
                                                        ? job.feedbackTopic()
                                                        : job.requestsTopic());
                                assertThat(Long.valueOf(header(letter, OFFSET))).isNotNegative();
                                assertThat(letter.key()).isEqualTo(bytes("gold"));
                            });
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** The broker may take larger records than the job; consumers read them whatever their size. */
    @Test
    void aDeadLetterHoldsTheBeginningOfARecordThatIsTooLarge() throws Exception {
        TestConfig config = TestConfig.on(cluster, "huge");
        createRequestsTopic("huge.requests", 8 << 20);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            String huge = TestRequest.easy(0).json().replace("easy", "easy".repeat(1 << 20));
            sendHuge("huge.requests", huge, 8 << 20);
            job.send(TestRequest.easy(2));

            assertThat(job.awaitResponses(2))
                    .extracting(DeadLetterIT::status)
                    .containsExactlyInAnyOrder("ok", "refused");
            ConsumerRecord<byte[], byte[]> letter = job.awaitDeadLetters(1).get(0);
            assertThat(header(letter, REASON)).isEqualTo("record_too_long");
            assertThat(header(letter, DETAIL)).contains("limits.maxRecordBytes");
            assertThat(header(letter, ORIGINAL_BYTES)).isEqualTo(String.valueOf(huge.length()));
            assertThat(huge).startsWith(new String(letter.value(), StandardCharsets.UTF_8));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** Producers may send keys and headers of any size. They must not stop the job. */
    @ParameterizedTest
    @EnumSource(Delivery.class)
    void aDeadLetterIsTheRecordWithItsKeyAndHeaders(Delivery delivery) throws Exception {
        String wireName = delivery.name().toLowerCase(Locale.ROOT);
        TestConfig config = TestConfig.on(cluster, "origin-" + wireName).set("delivery", wireName);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            byte[] value = bytes("{\"id\":\"a\",\"sla\":\"tin\",\"prompt\":\"p\"}");
            ProducerRecord<byte[], byte[]> sent =
                    new ProducerRecord<>(job.requestsTopic(), bytes("k"), value);
            sent.headers().add("traceparent", bytes("t")).add("mess.dlq.offset", bytes("-1"));
            job.send(sent);
            job.send(new ProducerRecord<>(job.requestsTopic(), bytes("tombstone"), null));
            int nearlyTooLarge = (1 << 20) - 500;
            job.send(
                    new ProducerRecord<>(job.requestsTopic(), new byte[nearlyTooLarge], bytes("")));
            ProducerRecord<byte[], byte[]> headers =
                    new ProducerRecord<>(job.requestsTopic(), bytes("headers"), bytes("{"));
            headers.headers().add("h", new byte[nearlyTooLarge]);
            job.send(headers);
            job.flush();

            List<ConsumerRecord<byte[], byte[]>> letters = job.awaitDeadLetters(4);

            assertThat(letters)
                    .anySatisfy(
                            letter -> {
                                assertThat(letter.key()).isEqualTo(bytes("k"));
                                assertThat(letter.value()).isEqualTo(value);
                                assertThat(header(letter, "traceparent")).isEqualTo("t");
                                assertThat(header(letter, ID)).isEqualTo("a");
                                assertThat(header(letter, SLA)).isEqualTo("tin");
                                assertThat(letter.headers().headers(OFFSET)).hasSize(1);
                                assertThat(header(letter, OFFSET)).isNotEqualTo("-1");
                            })
                    .anySatisfy(
                            letter -> {
                                assertThat(letter.key()).isEqualTo(bytes("tombstone"));
                                assertThat(letter.value()).isNull();
                            })
                    .anySatisfy(
                            letter ->
                                    assertThat(header(letter, KEY_DROPPED))
                                            .isEqualTo(String.valueOf(nearlyTooLarge)))
                    .anySatisfy(
                            letter -> {
                                assertThat(letter.value()).isEqualTo(bytes("{"));
                                assertThat(header(letter, HEADERS_DROPPED)).isEqualTo("1");
                            });
            assertThat(job.awaitResponseRecords(4))
                    .anySatisfy(
                            response ->
                                    assertThat(header(response, "mess.dlq.offset"))
                                            .isEqualTo("-1"));
            // Who waits for the id of a request gets an answer, or waits for its place.
            assertThat(job.awaitResponses(4))
                    .allSatisfy(response -> assertThat(status(response)).isEqualTo("refused"))
                    .anySatisfy(
                            response -> {
                                assertThat(response.get("id").asText()).isEqualTo("a");
                                assertThat(response.get("sla").asText()).isEqualTo("tin");
                                assertThat(response.get("error").asText())
                                        .startsWith("sla: unknown 'tin'");
                            })
                    .anySatisfy(
                            response ->
                                    assertThat(response.get("id").asText())
                                            .matches(job.requestsTopic() + "-\\d+-\\d+"));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
            assertThat(job.restarts()).isZero();
        }
    }

    private static String status(JsonNode response) {
        return response.get("status").asText();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void createRequestsTopic(String name, int maxBytes) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            NewTopic topic =
                    new NewTopic(name, 2, (short) 1)
                            .configs(Map.of("max.message.bytes", String.valueOf(maxBytes)));
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private static void sendHuge(String topic, String value, int maxBytes) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrap(),
                                "max.request.size",
                                maxBytes),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
