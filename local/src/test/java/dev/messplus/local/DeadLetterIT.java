package dev.messplus.local;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.local.fixture.TestCluster;
import dev.messplus.local.fixture.TestConfig;
import dev.messplus.local.fixture.TestJob;
import dev.messplus.local.fixture.TestRequest;
import dev.messplus.local.fixture.TestResponses;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that the job cannot use become dead letters with the reason, and nothing else fails. */
class DeadLetterIT {

    @TempDir static Path folder;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        cluster = TestCluster.start(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        cluster.close();
    }

    @Test
    void goodRecordsAreAnsweredAndBrokenOnesBecomeDeadLetters() throws Exception {
        TestConfig config = cluster.config("broken").set("limits.maxPromptChars", 1_000);
        try (TestJob job = cluster.job(config).start()) {
            Map<String, Long> expected = new HashMap<>();
            int good = 0;
            for (int i = 0; i < 1_000; i++) {
                if (i % 10 == 3) {
                    BrokenRecord broken = BrokenRecord.ALL.get(i / 10 % BrokenRecord.ALL.size());
                    job.send(
                            broken.feedback() ? job.feedbackTopic() : job.requestsTopic(),
                            broken.value());
                    expected.merge(broken.reason(), 1L, Long::sum);
                } else {
                    job.send(TestRequest.easyOrHard(i));
                    good++;
                }
            }
            job.flush();

            List<JsonNode> responses = job.awaitResponses(good);
            List<JsonNode> letters = job.awaitDeadLetters(100);

            assertThat(TestResponses.distinctIds(responses)).hasSize(good);
            assertThat(
                            letters.stream()
                                    .collect(groupingBy(l -> l.get("reason").asText(), counting())))
                    .isEqualTo(expected);
            assertThat(letters)
                    .allSatisfy(
                            letter -> {
                                BrokenRecord broken = BrokenRecord.of(payload(letter));
                                assertThat(letter.get("detail").asText()).contains(broken.detail());
                                assertThat(letter.get("offset").isNumber()).isTrue();
                            });
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** The broker may take larger records than the job; consumers read them whatever their size. */
    @Test
    void aDeadLetterHoldsTheBeginningOfARecordThatIsTooLarge() throws Exception {
        TestConfig config = cluster.config("huge");
        createRequestsTopic("huge.requests", 8 << 20);
        try (TestJob job = cluster.job(config).start()) {
            String huge = TestRequest.easy(0).json().replace("easy", "easy".repeat(1 << 20));
            sendHuge("huge.requests", huge, 8 << 20);
            job.send(TestRequest.easy(2));

            assertThat(job.awaitResponses(1)).hasSize(1);
            JsonNode letter = job.awaitDeadLetters(1).get(0);
            assertThat(letter.get("reason").asText()).isEqualTo("record_too_long");
            assertThat(letter.get("detail").asText()).contains("limits.maxRecordBytes");
            assertThat(huge).startsWith(new String(payload(letter), StandardCharsets.UTF_8));
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    private static byte[] payload(JsonNode letter) {
        return Base64.getDecoder().decode(letter.get("payload_base64").asText());
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
