package dev.messplus.job;

import static dev.messplus.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.AdminClients;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a consumer of committed responses sees, whatever happens to the job and to the broker. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DeliveryIT {

    /** Longer than any of these tests waits, so that no transaction ends by its timeout. */
    private static final int TRANSACTION_TIMEOUT_MILLIS = 800_000;

    /** Clients give up on a broker that is away, so that the job restarts during an outage. */
    private static final Map<String, Integer> GIVES_UP_SOON =
            Map.of(
                    "max.block.ms", 15_000,
                    "request.timeout.ms", 10_000,
                    "delivery.timeout.ms", 15_000,
                    "default.api.timeout.ms", 30_000);

    private TestCluster cluster;

    private void start(Map<String, String> brokerSettings) throws Exception {
        cluster =
                TestCluster.builder()
                        .brokerSettings(brokerSettings)
                        // A checkpoint that an outage interrupts must not hold up the test.
                        .flinkSettings(
                                new Configuration()
                                        .set(
                                                CheckpointingOptions.CHECKPOINTING_TIMEOUT,
                                                Duration.ofMinutes(1)))
                        .build();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        AdminClients.awaitNone();
    }

    /** A subtask that the job no longer has left the transaction open when it was killed. */
    @Test
    void aTransactionThatAnEarlierRunLeftOpenHoldsNoConsumerBack() throws Exception {
        start(Map.of());
        try (TestJob job = TestJob.on(cluster, config("lingering", "exactly_once"))) {
            KafkaProducer<byte[], byte[]> killed =
                    openTransaction("lingering/lingering.responses/-5-0", job.responsesTopic());
            try {
                job.start();
                send(job, 0, 1);
                assertThat(job.awaitResponses(1)).hasSize(1);
            } finally {
                killed.close(Duration.ZERO);
            }
        }
    }

    /** The id of the other job starts like the ids of this job, except for the slash. */
    @Test
    void transactionsOfAnotherJobAreLeftAlone() throws Exception {
        start(Map.of());
        try (TestJob job = TestJob.on(cluster, config("mine", "exactly_once")).parallelism(1);
                KafkaProducer<byte[], byte[]> other =
                        openTransaction("mine2/mine.responses/-0-0", job.responsesTopic())) {
            job.start();
            send(job, 0, 1);
            await().until(() -> job.count(job.measurementsTopic()) > 0);
            other.commitTransaction();
            assertThat(job.awaitResponses(2)).hasSize(2);
        }
    }

    @Test
    void aSavepointRestoresUnderTheOtherDelivery() throws Exception {
        start(Map.of());
        try (TestJob once = TestJob.on(cluster, config("switched", "exactly_once"));
                TestJob least = TestJob.on(cluster, config("switched", "at_least_once"))) {
            once.start();
            send(once, 0, 300);
            once.awaitResponses(1);
            least.restore(once.stop());
            send(once, 300, 600);
            once.awaitResponses(301);
            once.restore(least.stop());
            send(once, 600, 900);

            // What at_least_once had in flight may be answered once more.
            assertThat(TestResponses.distinctIds(once.awaitResponsesToRequests(900)))
                    .isEqualTo(ids(900));
        }
    }

    @Test
    void aSavepointRestoresAfterTheBrokerHasForgottenItsTransactions() throws Exception {
        start(
                Map.of(
                        "transactional.id.expiration.ms", "10000",
                        "transaction.remove.expired.transaction.cleanup.interval.ms", "200"));
        try (TestJob job = TestJob.on(cluster, config("forgotten", "exactly_once")).parallelism(1);
                Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            job.start();
            // Slow enough that some are answered between the last checkpoint and the savepoint.
            send(job, 0, 2_000);
            job.awaitResponses(1);
            String savepoint = job.stop();
            await().until(() -> admin.listTransactions().all().get().isEmpty());

            job.restore(savepoint);

            assertAnsweredOnce(job.awaitResponses(2_000), 2_000);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void anOutageOfTheBrokerLosesNothing(String delivery) throws Exception {
        start(Map.of());
        TestConfig config = config("outage", delivery);
        GIVES_UP_SOON.forEach(config::kafkaProperty);
        try (TestJob job = TestJob.on(cluster, config).start()) {
            send(job, 0, 2_000);
            job.awaitResponses(200);
            int before = job.restarts();
            cluster.stopBroker();
            await().until(() -> job.restarts() > before);
            cluster.restartBroker();

            List<JsonNode> responses = job.awaitResponsesToRequests(2_000);
            if (delivery.equals("exactly_once")) {
                assertAnsweredOnce(responses, 2_000);
            }
            System.out.printf(
                    "%s: %d responses to 2000 requests, %d restarts%n",
                    delivery, responses.size(), job.restarts());
        }
    }

    private static void assertAnsweredOnce(List<JsonNode> responses, int requests) {
        assertThat(responses).hasSize(requests);
        assertThat(TestResponses.distinctIds(responses)).isEqualTo(ids(requests));
    }

    private static Set<String> ids(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "r" + i)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Opens a transaction of another producer on a topic. */
    private KafkaProducer<byte[], byte[]> openTransaction(String id, String topic)
            throws Exception {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", cluster.bootstrap(),
                                "transactional.id", id,
                                "transaction.timeout.ms", TRANSACTION_TIMEOUT_MILLIS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        byte[] response = "{\"id\":\"other\"}".getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, 0, null, response)).get();
        return producer;
    }

    /** Requests with these numbers, each of which takes a while. */
    private static void send(TestJob job, int from, int to) {
        IntStream.range(from, to).forEach(i -> job.send(TestRequest.easy(i).slowly()));
        job.flush();
    }

    private TestConfig config(String name, String delivery) throws Exception {
        return TestConfig.on(cluster, name)
                .delivery(delivery)
                .model("large", cluster.models().url(), TestConfig.joulesPerRequest(1));
    }
}
