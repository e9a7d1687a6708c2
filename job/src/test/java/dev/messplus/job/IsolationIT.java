package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.QueueingModelProcess;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A model that is stuck delays neither the requests of an SLA that does not need it nor a
 * checkpoint. SLA {@code cheap} is content with {@code small}, SLA {@code best} needs {@code
 * large}. Their requests alternate in one partition.
 */
@ExtendWith(SharedCluster.class)
class IsolationIT {

    /** More than the places of the job for {@code large}, with those where requests wait for it. */
    private static final int REQUESTS = 5_000;

    /** Requests of each SLA after which the routing is looked at. */
    private static final int ROUND = 50;

    /** By then the routing knows which model is good for what. */
    private static final int MAX_LEARNING = 5_000;

    private static final int SLOTS = 32;
    private static final long SERVICE_MILLIS = 10;
    private static final long SLOW_MILLIS = 20_000;

    private static TestCluster cluster;

    private QueueingModelProcess small;
    private QueueingModelProcess large;

    /** What {@code large} does for as long as the test lasts. */
    private enum Fault {
        HANGS {
            @Override
            void strike(QueueingModelProcess model) {
                model.hang();
            }
        },
        TAKES_LONG {
            @Override
            void strike(QueueingModelProcess model) {
                model.serviceMillis(SLOW_MILLIS);
            }
        };

        abstract void strike(QueueingModelProcess model);
    }

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

    @ParameterizedTest
    @EnumSource
    void aStuckModelDelaysNoRequestOfAnSlaThatDoesNotNeedIt(Fault fault) throws Exception {
        try (TestJob job = job("isolation-" + fault)) {
            int known = learn(job);
            long served = large.stats().served();

            fault.strike(large);
            send(job, known, known + REQUESTS);

            Patience.await()
                    .untilAsserted(
                            () -> assertThat(answered(job, "cheap")).isEqualTo(known + REQUESTS));
            assertThat(answers(job, "cheap").toList())
                    .allMatch(r -> TestResponses.is(r, "status", "ok"));
            // It was stuck all the time: at most its slots of requests went through.
            assertThat(large.stats().served() - served).isLessThanOrEqualTo(3L * SLOTS);
        }
    }

    @Test
    void checkpointsCompleteWhileAModelHangs() throws Exception {
        try (TestJob job = job("isolation-checkpoints")) {
            int known = learn(job);
            long served = large.stats().served();

            large.hang();
            send(job, known, known + REQUESTS);
            // All was read that can be, and as much waits as ever will.
            Patience.await()
                    .untilAsserted(
                            () -> assertThat(answered(job, "cheap")).isEqualTo(known + REQUESTS));
            assertThat(answered(job, "best")).isLessThan(known + REQUESTS);

            for (int i = 0; i < 3; i++) {
                job.awaitCheckpoint();
            }
            assertThat(large.stats().served()).isEqualTo(served);
        }
    }

    /** Sends requests of both SLAs until each has its model, and returns how many of each. */
    private static int learn(TestJob job) throws Exception {
        job.start();
        int sent = 0;
        boolean learned = false;
        while (!learned && sent < MAX_LEARNING) {
            send(job, sent, sent + ROUND);
            sent += ROUND;
            job.awaitResponsesToRequests(2 * sent);
            learned =
                    shareInLastRound(job, "cheap", "small") == 1
                            && shareInLastRound(job, "best", "large") == 1;
        }
        assertThat(learned).as("each SLA has its model").isTrue();
        return sent;
    }

    private static void send(TestJob job, int from, int to) {
        for (int i = from; i < to; i++) {
            job.send(TestRequest.easy(i).id("cheap" + i).sla("cheap"));
            job.send(TestRequest.hard(i).id("best" + i).sla("best"));
        }
        job.flush();
    }

    private static long answered(TestJob job, String sla) {
        return TestResponses.distinctIds(answers(job, sla).toList()).size();
    }

    private static Stream<JsonNode> answers(TestJob job, String sla) {
        return job.responses().stream().filter(r -> TestResponses.is(r, "sla", sla));
    }

    private static double shareInLastRound(TestJob job, String sla, String model) {
        List<JsonNode> all = answers(job, sla).toList();
        return TestResponses.shareOf(model, all.subList(all.size() - ROUND, all.size()));
    }

    /** With default settings, but for the time that a call may take: no call ends by itself. */
    private TestJob job(String name) throws Exception {
        TestConfig config =
                TestConfig.on(cluster, name)
                        .withDefaultInference()
                        .set("inference.requestTimeoutMillis", 3_600_000)
                        .set("feedbackTimeoutMillis", 7_200_000)
                        .set("kafka.partitions", 1)
                        .model("small", small.url(), TestConfig.joulesPerRequest(1))
                        .model("large", large.url(), TestConfig.joulesPerRequest(10))
                        .sla("cheap", withoutProbes(0.3))
                        .sla("best", withoutProbes(0.9));
        return TestJob.on(cluster, config);
    }

    /** A request calls the one model that it is decided for. */
    private static TestSla withoutProbes(double alpha) {
        return TestSla.promising(alpha).with("explorationBudget", 0);
    }
}
