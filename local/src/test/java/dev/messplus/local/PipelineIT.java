package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.MessJob;
import dev.messplus.job.Pipeline;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaEnds;
import dev.messplus.job.kafka.Topics;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline on a real broker and a real cluster. */
class PipelineIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedFlink flink;
    private static TestModels models;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 2);
        models = new TestModels();
    }

    @AfterAll
    static void stop() throws Exception {
        models.close();
        flink.close();
        kafka.close();
    }

    @Test
    void answersWhatIsOnTheTopicLearnsAndFinishes() throws Exception {
        MessConfig config = config("bounded", "alpha: 0.7");
        new Topics(config.kafka()).ensure();
        try (TestTopics topics = topics(config)) {
            for (int i = 0; i < 400; i++) {
                topics.send(config.kafka().topics().requests(), "gold", request("r" + i, i % 2, i));
            }
            topics.flush();
            JobID job = start(config, true, null);
            flink.await(job, PATIENCE);
            assertThat(topics.poll(config.kafka().topics().responses())).hasSize(400);
            Set<String> ids =
                    topics.poll(config.kafka().topics().responses()).stream()
                            .map(response -> response.get("id").asText())
                            .collect(Collectors.toSet());
            assertThat(ids).hasSize(400);
            Map<String, Long> byModel =
                    topics.poll(config.kafka().topics().responses()).stream()
                            .collect(
                                    Collectors.groupingBy(
                                            r -> r.get("model").asText(), Collectors.counting()));
            System.out.println(byModel);
            System.out.println(topics.poll(config.kafka().topics().responses()).get(399));
            System.out.println(topics.poll(config.kafka().topics().feedback()).get(30));
        }
    }

    private static JobID start(MessConfig config, boolean bounded, String savepoint)
            throws Exception {
        StreamExecutionEnvironment env = flink.environment(savepoint);
        env.setParallelism(2);
        MessJob.configure(env, config);
        Pipeline.define(
                env, config, bounded ? KafkaEnds.bounded(config) : KafkaEnds.unbounded(config));
        return flink.submit(env, "test");
    }

    private static TestTopics topics(MessConfig config) {
        MessConfig.Topics names = config.kafka().topics();
        return new TestTopics(
                kafka.bootstrap(), names.responses(), names.feedback(), names.deadLetters());
    }

    private static String request(String id, int hard, int number) {
        return """
               {"id":"%s","sla":"gold","prompt":"%s %d","reference":"%d","metric":"exact"}"""
                .formatted(id, hard == 1 ? "hard" : "easy", number, number);
    }

    private static MessConfig config(String name, String sla) {
        return new ConfigLoader(Map.of())
                .parse(
                        "test",
                        """
                        kafka:
                          bootstrap: "%1$s"
                          groupId: %2$s
                          createTopics: true
                          partitions: 2
                          topics: { requests: %2$s.requests, responses: %2$s.responses,
                                    feedback: %2$s.feedback, deadLetters: %2$s.dead-letters }
                        zoo:
                          small: { url: "%3$s", model: small,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                          large: { url: "%3$s", model: large,
                                   energy: { source: constant, joulesPerRequest: 10 } }
                        slas:
                          gold: { %4$s }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 5000, capacity: 16 }
                        feedbackTimeoutMillis: 20000
                        checkpointIntervalMillis: 1000
                        """
                                .formatted(kafka.bootstrap(), name, models.url(), sla));
    }
}
