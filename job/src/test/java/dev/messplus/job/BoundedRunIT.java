package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.fixture.AdminClients;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestModels;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bounded run: the job answers what is on the topic, waits for labels, and finishes. */
@ExtendWith(SharedCluster.class)
class BoundedRunIT {

    /** Far more requests than fit into the buffers between the operators. */
    private static final int MANY = 4_000;

    private static TestCluster cluster;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    /** After a restore, Flink creates the readers of a source that has ended, and closes none. */
    @AfterEach
    void checkThatNoReaderIsLeftBehind() {
        AdminClients.awaitNone();
    }

    @ParameterizedTest
    @ValueSource(strings = {"at_least_once", "exactly_once"})
    void answersWhatIsOnTheTopicLearnsAndFinishes(String delivery) throws Exception {
        try (TestJob job =
                TestJob.on(
                                cluster,
                                TestConfig.on(cluster, "bounded." + delivery)
                                        .delivery(delivery)
                                        // Most are to be decided on labels, though a backlog fills
                                        // the buffers before the calls.
                                        .set("inference.maxInFlight", 8))
                        .bounded()) {
            IntStream.range(0, 1_600).forEach(i -> job.send(TestRequest.easyOrHard(i)));
            job.flush();

            job.start().awaitEnd();

            List<JsonNode> responses = job.awaitResponses(1_600);
            assertThat(TestResponses.distinctIds(responses)).hasSize(1_600);
            assertThat(responses).extracting(r -> r.get("status").asText()).containsOnly("ok");
            assertThat(TestResponses.meanScore(responses)).isGreaterThan(0.68);
            // Half of the prompts are easy, and small answers most of those once it is known.
            // Alpha needs large for a fifth of all, less what the first half is ahead by.
            List<JsonNode> late =
                    responses.stream().filter(r -> r.get("t").asLong() > 800).toList();
            assertThat(TestResponses.shareOf("large", late)).isBetween(0.05, 0.6);
            assertThat(late)
                    .filteredOn(r -> TestResponses.is(r, "model", "small"))
                    .extracting(r -> r.get("score").asDouble())
                    .contains(1.0);
        }
    }

    @Test
    void finishesWithoutAnyRequest() throws Exception {
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "empty")).bounded()) {
            job.start().awaitEnd();
            assertThat(job.responses()).isEmpty();
        }
    }

    /** Subtasks beyond the partitions of a topic have nothing to read. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void finishesAfterAFailOverInItsMidst(int partitions) throws Exception {
        try (TestJob job =
                job("failover" + partitions, config -> config.set("kafka.partitions", partitions))
                        .bounded()) {
            holdMidwayInReading(job);

            job.failOver();
            cluster.models().release();

            job.awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(MANY))).hasSize(MANY);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void finishesReadingWithOtherSubtasks(int subtasks) throws Exception {
        try (TestJob job = job("subtasks" + subtasks, config -> config).bounded()) {
            holdMidwayInReading(job);

            String checkpoint = job.cancelAtCheckpoint();
            cluster.models().release();

            job.parallelism(subtasks).restore(checkpoint).awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(MANY))).hasSize(MANY);
        }
    }

    @Test
    void readsOnIfItIsRestoredAsAnUnboundedJob() throws Exception {
        try (TestJob job = job("unbounded", config -> config).bounded()) {
            holdMidwayInReading(job);

            String checkpoint = job.cancelAtCheckpoint();
            cluster.models().release();

            job.unbounded().restore(checkpoint);
            job.awaitResponsesToRequests(MANY);
            job.send(TestRequest.easyOrHard(MANY));
            job.flush();
            job.awaitResponsesToRequests(MANY + 1);
            assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        }
    }

    /** Flink keeps no offsets of a source that has ended. */
    @Test
    void isNotRestoredAsAnUnboundedJobOnceItHasReadItsRequests() throws Exception {
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "read")).bounded()) {
            holdMidway(job);
            Patience.await().until(() -> status(job, "Source: requests").equals("FINISHED"));

            String savepoint = job.stop();
            cluster.models().release();

            assertThatThrownBy(() -> job.unbounded().restore(savepoint))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("add --bounded, and the run finishes");
            job.bounded().restore(savepoint).awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(25))).hasSize(25);
        }
    }

    /** A job that cannot hold {@link #MANY} requests, so that it leaves most of them unread. */
    private static TestJob job(String name, UnaryOperator<TestConfig> settings) throws Exception {
        return TestJob.on(
                cluster,
                settings.apply(TestConfig.on(cluster, name).set("inference.maxInFlight", 8)));
    }

    /**
     * Starts a job that reads no more until the models answer. How many of the first 100 requests
     * are answered by then is open: one partition may be read ahead of the other.
     */
    private static void holdMidwayInReading(TestJob job) throws Exception {
        cluster.models().hold();
        IntStream.range(0, 100).forEach(i -> job.send(TestRequest.easyOrHard(i)));
        IntStream.range(100, MANY).forEach(i -> job.send(TestRequest.easyOrHard(i).held()));
        job.flush();
        job.start();
        TestModels models = cluster.models();
        Patience.await().until(() -> models.held() > 0);
        // A checkpoint waits until infer, which holds as many requests as it may, takes one more.
        job.awaitCheckpoint(() -> models.release(2));
        assertThat(status(job, "Source: requests")).isEqualTo("RUNNING");
    }

    private static String status(TestJob job, String operator) throws Exception {
        for (JsonNode vertex : job.rest("").get("vertices")) {
            if (vertex.get("name").asText().contains(operator)) {
                return vertex.get("status").asText();
            }
        }
        throw new AssertionError("no operator " + operator);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void finishesAfterARestoreFromASavepointInItsMidst(int subtasks) throws Exception {
        try (TestJob job =
                TestJob.on(cluster, TestConfig.on(cluster, "restored" + subtasks)).bounded()) {
            holdMidway(job);

            String savepoint = job.stop();
            cluster.models().release();

            job.parallelism(subtasks).restore(savepoint).awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(25))).hasSize(25);
        }
    }

    @Test
    void finishesWhatAnUnboundedJobBegan() throws Exception {
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "continued"))) {
            holdMidway(job);

            String savepoint = job.stop();
            cluster.models().release();

            job.bounded().restore(savepoint).awaitEnd();
            assertThat(TestResponses.distinctIds(job.awaitResponsesToRequests(25))).hasSize(25);
        }
    }

    /** Starts a job of 25 requests, of which 20 are answered and the others in flight. */
    private static void holdMidway(TestJob job) throws Exception {
        cluster.models().hold();
        IntStream.range(0, 20).forEach(i -> job.send(TestRequest.easyOrHard(i)));
        IntStream.range(20, 25).forEach(i -> job.send(TestRequest.easyOrHard(i).held()));
        job.flush();
        job.start();
        job.awaitResponsesToRequests(20);
        job.awaitCheckpoint();
    }

    @Test
    void waitsForLabelsUntilTheyExpire() throws Exception {
        long feedbackTimeoutMillis = 5_001;
        try (TestJob job =
                TestJob.on(
                                cluster,
                                TestConfig.on(cluster, "unlabelled")
                                        .set("inference.requestTimeoutMillis", 5_000)
                                        .set("feedbackTimeoutMillis", feedbackTimeoutMillis))
                        .bounded()
                        .parallelism(1)) {
            IntStream.range(0, 20).forEach(i -> job.send(TestRequest.easyOrHard(i).unscored()));
            job.flush();
            long startMillis = System.currentTimeMillis();

            job.start().awaitEnd();

            assertThat(System.currentTimeMillis() - startMillis)
                    .isGreaterThanOrEqualTo(feedbackTimeoutMillis);
            assertThat(job.awaitResponses(20))
                    .allSatisfy(response -> assertThat(response.has("score")).isFalse());
        }
    }
}
