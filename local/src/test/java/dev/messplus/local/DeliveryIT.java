package dev.messplus.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.MessJob;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.kafka.KafkaConnectors;
import dev.messplus.job.kafka.Topics;
import dev.messplus.job.kafka.TransactionRequirements;
import dev.messplus.job.pipeline.Pipeline;
import dev.messplus.local.embedded.EmbeddedFlink;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.TestModels;
import dev.messplus.local.fixture.TestTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reader of committed responses sees, whatever becomes of the job and of the broker. */
@Timeout(240)
class DeliveryIT {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Longer than any of these tests waits for anything. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 800_000;

    private static final String IMPATIENT =
            "properties: { max.block.ms: 4000, request.timeout.ms: 3000, delivery.timeout.ms: 5000,"
                    + " default.api.timeout.ms: 4000 }";

    @TempDir Path folder;

    private EmbeddedKafka kafka;
    private EmbeddedFlink flink;
    private TestModels models;

    @AfterEach
    void stop() throws Exception {
        if (models != null) {
            models.close();
            flink.close();
        }
        kafka.close();
        // A client that is left behind holds on to the job's classes.
        await().atMost(Duration.ofSeconds(20)).until(() -> admins().isEmpty());
    }

    private static List<String> admins() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-admin-client-thread"))
                .toList();
    }

    @Test
    void transactionsThatTheBrokerWouldNotHoldAreRefusedAtTheStart() throws Exception {
        startBroker(Map.of("transaction.max.timeout.ms", "700000"));
        assertThat(refusal(config("short", "exactly_once", "transactionTimeoutMillis: 200000")))
                .contains("kafka.transactionTimeoutMillis: must be at least 720000 for delivery:")
                .contains("was 200000", "execution.checkpointing.interval: 1000 ms");
        assertThat(refusal(config("long", "exactly_once", "transactionTimeoutMillis: 800000")))
                .contains(
                        "kafka.transactionTimeoutMillis: must be at most 700000, the brokers'"
                                + " transaction.max.timeout.ms, was 800000");
        ensure(config("unneeded", "at_least_once", "transactionTimeoutMillis: 10000"));
    }

    @Test
    void aBrokerThatCannotKeepTheStateOfTransactionsIsRefusedAtTheStart() throws Exception {
        startBroker(Map.of("transaction.state.log.replication.factor", "3"));
        assertThat(refusal(config("lonely", "exactly_once", "")))
                .contains("transaction.state.log.replication.factor says (3)", "there are 1");
    }

    @Test
    void aTopicThatTakesNoLargeResponsesIsRefusedAtTheStart() throws Exception {
        startBroker(Map.of());
        MessConfig config = config("narrow", "at_least_once", "");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(responses(config), 1, (short) 1)
                                            .configs(Map.of("max.message.bytes", "1000000"))))
                    .all()
                    .get();
        }
        assertThat(refusal(config))
                .contains(
                        "kafka.topics.responses: topic 'narrow.responses' accepts records of at most"
                                + " 1000000 bytes (max.message.bytes), but the job may write"
                                + " 1048576");
    }

    /** Left open by a subtask that the job has no more, and that was killed. */
    @Test
    void whatAnEarlierRunLeftOpenHoldsNoReaderBack() throws Exception {
        startAll(Map.of());
        MessConfig config = config("lingering", "exactly_once", "");
        ensure(config);
        KafkaProducer<byte[], byte[]> killed =
                leaveOpen("lingering/lingering.responses/-5-0", config);
        try (TestTopics topics = topics(config)) {
            JobID job = start(config, 2, null);
            send(topics, config, 0, 1);
            assertThat(awaitAll(topics, config, 1)).hasSize(1);
            flink.cancel(job);
        } finally {
            killed.close(Duration.ZERO);
        }
    }

    /** The other's id begins with what this job's ids begin with, but for the slash. */
    @Test
    void transactionsOfAnotherJobAreLeftAlone() throws Exception {
        startAll(Map.of());
        MessConfig config = config("mine", "exactly_once", "");
        ensure(config);
        KafkaProducer<byte[], byte[]> other = leaveOpen("mine2/mine.responses/-0-0", config);
        JobID job = start(config, 1, null);
        try (TestTopics topics = topics(config)) {
            send(topics, config, 0, 1);
            await().atMost(PATIENCE)
                    .until(() -> topics.count(config.kafka().topics().feedback()) > 0);
            other.commitTransaction();
            assertThat(awaitAll(topics, config, 2)).hasSize(2);
        } finally {
            other.close();
            flink.cancel(job);
        }
    }

    @Test
    void aSavepointRestoresUnderTheOtherDelivery() throws Exception {
        startAll(Map.of());
        MessConfig once = config("switched", "exactly_once", "");
        MessConfig least = config("switched", "at_least_once", "");
        ensure(once);
        JobID first = start(once, 2, null);
        try (TestTopics topics = topics(once)) {
            send(topics, once, 0, 300);
            awaitAll(topics, once, 1);
            JobID second = start(least, 2, flink.stop(first));
            send(topics, once, 300, 600);
            awaitAll(topics, once, 301);
            JobID third = start(once, 2, flink.stop(second));
            send(topics, once, 600, 900);

            // What at_least_once had in flight may be answered once more.
            assertThat(ids(awaitDistinct(topics, once, 900)).stream().distinct())
                    .containsExactlyElementsOf(ids(900));
            flink.cancel(third);
        }
    }

    @Test
    void aSavepointRestoresWhoseTransactionsTheBrokerHasForgotten() throws Exception {
        startAll(
                Map.of(
                        "transactional.id.expiration.ms", "5000",
                        "transaction.remove.expired.transaction.cleanup.interval.ms", "200"));
        MessConfig config = config("forgotten", "exactly_once", "");
        ensure(config);
        try (TestTopics topics = topics(config);
                Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            JobID first = start(config, 1, null);
            // Slow enough that some are answered between the last checkpoint and the savepoint.
            send(topics, config, 0, 2_000);
            awaitAll(topics, config, 1);
            String savepoint = flink.stop(first);
            await().atMost(PATIENCE).until(() -> admin.listTransactions().all().get().isEmpty());

            JobID second = start(config, 1, savepoint);

            assertThat(ids(awaitAll(topics, config, 2_000))).isEqualTo(ids(2_000));
            flink.cancel(second);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void anOutageOfTheBrokerLosesNothing(String delivery) throws Exception {
        startAll(Map.of());
        MessConfig config = config("outage", delivery, IMPATIENT);
        ensure(config);
        JobID job = start(config, 2, null);
        RestApi rest = new RestApi(flink.url());
        try (TestTopics topics = topics(config)) {
            send(topics, config, 0, 2_000);
            awaitAll(topics, config, 200);
            restartBroker(rest, job);

            List<JsonNode> responses = awaitDistinct(topics, config, 2_000);
            if (delivery.equals("exactly_once")) {
                assertThat(responses).hasSize(2_000);
            }
            System.out.printf(
                    "%s: %d responses to 2000 requests, %.0f restarts%n",
                    delivery, responses.size(), restarts(rest, job));
        } finally {
            flink.cancel(job);
        }
    }

    /** Away for longer than the job's producers put up with, so that the job restarts. */
    private void restartBroker(RestApi rest, JobID job) throws Exception {
        int port = Integer.parseInt(kafka.bootstrap().split(":", -1)[1]);
        kafka.close();
        await().atMost(PATIENCE).until(() -> restarts(rest, job) > 0);
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), port);
    }

    private void startBroker(Map<String, String> settings) throws Exception {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, settings);
    }

    private void startAll(Map<String, String> settings) throws Exception {
        startBroker(settings);
        flink =
                EmbeddedFlink.start(
                        folder.resolve("flink"), folder.resolve("log"), Ports.free(), 3);
        models = new TestModels();
    }

    /** A transaction of a producer that is gone, on the topic that the job's readers read. */
    private KafkaProducer<byte[], byte[]> leaveOpen(String id, MessConfig config) throws Exception {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", kafka.bootstrap(),
                                "transactional.id", id,
                                "transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        byte[] response = "{\"id\":\"other\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(responses(config), 0, null, response)).get();
        return producer;
    }

    private static void ensure(MessConfig config) {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
        MessJob.configure(env, config);
        new Topics(config.kafka()).ensure();
        new TransactionRequirements(config).verify(env.getCheckpointConfig());
    }

    private static String refusal(MessConfig config) {
        return catchThrowableOfType(ConfigException.class, () -> ensure(config)).getMessage();
    }

    private JobID start(MessConfig config, int parallelism, String savepoint) throws Exception {
        StreamExecutionEnvironment env = flink.environment(savepoint);
        env.setParallelism(parallelism);
        env.configure(
                new Configuration()
                        .set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofSeconds(30)));
        MessJob.configure(env, config);
        Pipeline.define(env, config, KafkaConnectors.unbounded(config));
        return flink.submit(env, config.kafka().groupId());
    }

    private static double restarts(RestApi rest, JobID job) throws Exception {
        JsonNode metric = rest.get(job, "/metrics?get=numRestarts");
        return metric.isEmpty() ? 0 : metric.get(0).get("value").asDouble();
    }

    private static List<JsonNode> awaitAll(TestTopics topics, MessConfig config, int count) {
        return List.copyOf(
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(10))
                        .until(
                                () -> topics.poll(responses(config)),
                                records -> records.size() >= count));
    }

    private static List<JsonNode> awaitDistinct(TestTopics topics, MessConfig config, int count) {
        return List.copyOf(
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(10))
                        .until(
                                () -> topics.poll(responses(config)),
                                records -> ids(records).stream().distinct().count() >= count));
    }

    /** Sorted, with what repeats. */
    private static List<String> ids(List<JsonNode> records) {
        return records.stream().map(record -> record.get("id").asText()).sorted().toList();
    }

    private static List<String> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "r" + i).sorted().toList();
    }

    /** Requests with these numbers, each of which takes a while. */
    private static void send(TestTopics topics, MessConfig config, int from, int to) {
        IntStream.range(from, to)
                .forEach(
                        i ->
                                topics.send(
                                        requests(config),
                                        "gold",
                                        """
                                        {"id":"r%d","sla":"gold","prompt":"easy %d slowly","reference":"%d"}"""
                                                .formatted(i, i, i)));
        topics.flush();
    }

    private static String requests(MessConfig config) {
        return config.kafka().topics().requests();
    }

    private static String responses(MessConfig config) {
        return config.kafka().topics().responses();
    }

    private TestTopics topics(MessConfig config) {
        return new TestTopics(
                kafka.bootstrap(), responses(config), config.kafka().topics().feedback());
    }

    private MessConfig config(String name, String delivery, String ofKafka) {
        return new ConfigLoader(Map.of())
                .parse(
                        name,
                        """
                        kafka:
                          bootstrap: "%1$s"
                          groupId: %2$s
                          createTopics: true
                          partitions: 2
                          topics: { requests: %2$s.requests, responses: %2$s.responses,
                                    feedback: %2$s.feedback, deadLetters: %2$s.dead-letters }
                          %3$s
                        zoo:
                          large: { url: "%4$s", model: large,
                                   energy: { source: constant, joulesPerRequest: 1 } }
                        slas: { gold: { alpha: 0.7 } }
                        embedding: { model: hashing }
                        inference: { requestTimeoutMillis: 5000, capacity: 16 }
                        feedbackTimeoutMillis: 60000
                        checkpointIntervalMillis: 1000
                        delivery: %5$s
                        """
                                .formatted(
                                        kafka.bootstrap(),
                                        name,
                                        ofKafka,
                                        models == null ? "http://127.0.0.1:1/v1" : models.url(),
                                        delivery));
    }
}
