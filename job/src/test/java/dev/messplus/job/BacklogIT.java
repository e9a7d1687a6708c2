package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.JavaProcess;
import dev.messplus.testkit.OpenTransaction;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.QueueingModelProcess;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * More requests than the servers can answer at once, at default settings: they wait for places at
 * the servers, however long that takes, and none fails.
 */
@ExtendWith(SharedCluster.class)
class BacklogIT {

    private static final int SLOTS = 8;
    private static final long SERVICE_MILLIS = 100;

    /** Many times the time of a call, and a fraction of the time that a backlog takes. */
    private static final long REQUEST_TIMEOUT_MILLIS = 4_000;

    /** Calls of a subtask to a model of which nothing is known. */
    private static final int PLACES_AT_FIRST = 4;

    private static TestCluster cluster;

    private QueueingModelProcess small;
    private QueueingModelProcess large;

    @BeforeAll
    static void start(TestCluster shared) {
        cluster = shared;
    }

    @BeforeEach
    void startModels() throws Exception {
        small = QueueingModelProcess.start(Ports.free(), SLOTS, SERVICE_MILLIS);
        large = QueueingModelProcess.start(Ports.free(), SLOTS, SERVICE_MILLIS);
    }

    @AfterEach
    void stopModels() throws Exception {
        small.close();
        large.close();
    }

    /**
     * The servers answer 32 requests a second: ten times that number comes at once. A call takes
     * longer than a busy client may add to it, because a shorter queue looks like such a client.
     */
    @Test
    void aBurstOfTenTimesTheCapacityIsAnsweredAndQueuesInNoServer() throws Exception {
        small.serviceMillis(500);
        large.serviceMillis(500);
        try (TestJob job = TestJob.on(cluster, config("burst"))) {
            int burst = 320;
            send(job, 0, burst);

            job.start();

            assertOk(job.awaitResponsesToRequests(burst), burst);
            for (QueueingModelProcess model : List.of(small, large)) {
                assertThat(model.stats().maxQueued()).isLessThanOrEqualTo(2 * SLOTS);
            }
        }
    }

    /**
     * Decided whole at its first request, a backlog takes what the best mix of its models does that
     * knows no prompts: 4 J, up to its last request. With what is known of the two kinds of
     * prompts, 2.5 J are enough in the end; while they are learned, a replay takes 3.3 J. On a busy
     * machine, labels come late and the price of quality swings: runs took 3.2 to 3.7 J there.
     */
    @Test
    void aBacklogIsDecidedWithWhatItsAnswersTaught() throws Exception {
        small.serviceMillis(50);
        large.serviceMillis(50);
        try (TestJob job = TestJob.on(cluster, config("taught"))) {
            int backlog = 4_000;
            send(job, 0, backlog);

            job.start();

            List<JsonNode> responses = job.awaitResponsesToRequests(backlog);
            assertOk(responses, backlog);
            assertThat(mean(responses, TestResponses::truth)).isGreaterThanOrEqualTo(0.78);
            assertThat(mean(responses, r -> r.get("energy_joules").asDouble())).isLessThan(3.9);
        }
    }

    /** Requests without an answer of their own are worth no place. */
    @Test
    void whatIsDroppedGivesItsCreditBack() throws Exception {
        try (TestJob job =
                TestJob.on(
                        cluster,
                        config("dropped")
                                .sla(
                                        "gold",
                                        TestSla.promising(0.8)
                                                .with("repeatWindowMillis", 3_600_000)))) {
            job.start();
            send(job, 0, 1);
            job.awaitResponses(1);

            int dropped = 3_000;
            for (int i = 0; i < dropped; i++) {
                job.send(job.requestsTopic(), "no request".getBytes(StandardCharsets.UTF_8));
                job.send(TestRequest.easyOrHard(0));
            }
            send(job, 1, 200);

            // Each of the invalid ones is refused under an id of its own.
            List<JsonNode> responses = job.awaitResponsesToRequests(200 + dropped);
            assertOk(responses.stream().filter(TestResponses::isAnswered).toList(), 200);
            assertThat(responses).hasSize(200 + dropped);
            assertThat(job.awaitDeadLetters(dropped)).hasSize(dropped);
        }
    }

    @Test
    void requestsWaitForServersThatAreDead() throws Exception {
        try (TestJob job = TestJob.on(cluster, config("dead")).start()) {
            send(job, 0, 50);
            assertOk(job.awaitResponsesToRequests(50), 50);

            small.kill();
            large.kill();
            long deadMillis = System.currentTimeMillis();
            send(job, 50, 350);
            Patience.await()
                    .until(
                            () ->
                                    System.currentTimeMillis() - deadMillis
                                            > 2 * REQUEST_TIMEOUT_MILLIS);
            small.start();
            large.start();

            assertOk(job.awaitResponsesToRequests(350), 350);
        }
    }

    @Test
    void aBoundedRunEndsThoughAModelHangs() throws Exception {
        try (TestJob job = TestJob.on(cluster, config("bounded-hang")).bounded()) {
            large.hang();
            send(job, 0, 300);

            job.start().awaitEnd();

            assertOk(job.awaitResponsesToRequests(300), 300);
        }
    }

    /** What was decided and not called is in the state, and its places are free again. */
    @Test
    void noPlaceIsLostByWhatHappensWhileNoneIsFree() throws Exception {
        int backlog = 600;
        // No call ends by itself, so that all places stay taken.
        TestConfig config =
                config("shut").set("inference.requestTimeoutMillis", Patience.LIMIT.toMillis());
        try (TestJob job = TestJob.on(cluster, config)) {
            small.hang();
            large.hang();
            job.parallelism(1).start();
            send(job, 0, backlog);
            awaitFull(job, 1);
            awaitEmittedOrPending(job, backlog);

            job.failOver();
            awaitFull(job, 1);
            String savepoint = job.stop();
            job.parallelism(2).restore(savepoint);
            awaitFull(job, 2);
            job.awaitCheckpoint();
            assertThat(job.inferenceMetric("numRecordsIn"))
                    .as("requests that were read since the start, of " + backlog)
                    .isLessThan(backlog / 2.0);
            savepoint = job.stop();
            job.parallelism(1).restore(savepoint);
            small.goOn();
            large.goOn();

            assertOk(job.awaitResponsesToRequests(backlog), backlog);
        }
    }

    /**
     * An autoscaler plans by {@code pendingRecords}. What an earlier run has read is not pending,
     * nor is what an open transaction hides.
     */
    @Test
    void whatMayBeReadFromTheCommittedOffsetsOnIsPending() throws Exception {
        int answered = 50;
        int more = 300;
        TestConfig config =
                config("pending").set("inference.requestTimeoutMillis", Patience.LIMIT.toMillis());
        try (TestJob job = TestJob.on(cluster, config)) {
            job.start();
            send(job, 0, answered);
            assertOk(job.awaitResponsesToRequests(answered), answered);
            awaitCommitted(job, answered);
            job.cancel();

            small.hang();
            large.hang();
            send(job, answered, answered + more);
            try (var unused = OpenTransaction.on(cluster.bootstrap(), job.requestsTopic())) {
                job.start();
                awaitEmittedOrPending(job, more);
            }
            small.goOn();
            large.goOn();

            assertOk(job.awaitResponsesToRequests(answered + more), answered + more);
        }
    }

    /** Waits until the source has emitted some of these requests, and knows of all others. */
    private static void awaitEmittedOrPending(TestJob job, int requests) {
        Patience.await()
                .until(
                        () ->
                                job.sourceMetric("numRecordsOut")
                                        + job.sourceMetric("pendingRecords"),
                        known -> known == requests);
    }

    /** Waits until a job has committed the offsets that follow its first requests. */
    private static void awaitCommitted(TestJob job, int records) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            String group = job.config().kafka().groupId();
            Patience.await()
                    .until(
                            () ->
                                    admin
                                            .listConsumerGroupOffsets(group)
                                            .partitionsToOffsetAndMetadata()
                                            .get()
                                            .entrySet()
                                            .stream()
                                            .filter(
                                                    of ->
                                                            of.getKey()
                                                                    .topic()
                                                                    .equals(job.requestsTopic()))
                                            .mapToLong(of -> of.getValue().offset())
                                            .sum(),
                            offsets -> offsets == records);
        }
    }

    /** Each model has as many calls of each subtask as it may have at first. */
    private static void awaitFull(TestJob job, int subtasks) {
        for (String model : List.of("small", "large")) {
            Patience.await()
                    .until(
                            () -> job.inferenceMetric("model." + model + ".inFlight"),
                            calls -> calls == PLACES_AT_FIRST * subtasks);
        }
    }

    /** Requests of 800 MB, of which a heap of 400 MB holds no more than there are places. */
    @Test
    void aBacklogIsNoMatterOfTheHeap() throws Exception {
        try (JavaProcess process =
                JavaProcess.start(
                        BacklogProcess.class,
                        System.getProperty("java.class.path"),
                        List.of("-Xmx400m", "-XX:+ExitOnOutOfMemoryError"))) {
            Patience.await()
                    .untilAsserted(
                            () ->
                                    assertThat(Integer.parseInt(process.ask("held")))
                                            .isBetween(1, 64));
        }
    }

    private static void send(TestJob job, int from, int to) {
        IntStream.range(from, to).forEach(i -> job.send(TestRequest.easyOrHard(i)));
        job.flush();
    }

    private static void assertOk(List<JsonNode> responses, int requests) {
        assertThat(TestResponses.distinctIds(responses)).hasSize(requests);
        List<JsonNode> failed =
                responses.stream().filter(r -> !TestResponses.is(r, "status", "ok")).toList();
        assertThat(failed.size())
                .as(() -> "failed of %d, the first %s".formatted(requests, failed.get(0)))
                .isZero();
    }

    private static double mean(List<JsonNode> responses, ToDoubleFunction<JsonNode> of) {
        return responses.stream().mapToDouble(of).average().orElseThrow();
    }

    private TestConfig config(String name) throws Exception {
        return TestConfig.on(cluster, "backlog-" + name)
                .withDefaultInference()
                .set("inference.requestTimeoutMillis", REQUEST_TIMEOUT_MILLIS)
                .model("small", small.url(), TestConfig.joulesPerRequest(1))
                .model("large", large.url(), TestConfig.joulesPerRequest(6))
                .sla("gold", TestSla.promising(0.8));
    }
}
