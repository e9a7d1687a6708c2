package dev.messplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.JobControl.Stopped;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A job that is stopped with {@code --finish-calls}, and started with another parallelism. */
@ExtendWith(SharedCluster.class)
class FinishCallsIT {

    private static final int PLACES = 16;
    private static final int REQUESTS = 10 * PLACES;

    private final List<String> progress = new ArrayList<>();

    @Test
    void noCallIsMadeTwice(TestCluster cluster) throws Exception {
        try (QueueingModelProcess model = QueueingModelProcess.start(Ports.free(), PLACES, 1_000);
                TestJob job = startWithRequests(cluster, model, "finish")) {
            job.awaitResponses(PLACES);
            Stopped stopped = stop(cluster, job, Duration.ofMinutes(2));

            assertThat(stopped.requestsCutOff()).isZero();
            long before = model.stats().served();
            assertThat(before).isBetween((long) PLACES, REQUESTS - 1L);
            assertThat(model.stats().running() + model.stats().queued()).isZero();
            job.awaitResponses((int) before);

            job.parallelism(1).restore(stopped.savepoint());
            assertThat(TestResponses.distinctIds(job.awaitResponses(REQUESTS))).hasSize(REQUESTS);
            assertThat(model.stats().served()).isEqualTo(REQUESTS);
        }
    }

    @Test
    void callsThatDoNotEndInTimeAreMadeAgain(TestCluster cluster) throws Exception {
        // After so few answers no call has a limit of its own, which would end it before.
        try (QueueingModelProcess model = QueueingModelProcess.start(Ports.free(), 1, 1_000);
                TestJob job = startWithRequests(cluster, model, "cut-off")) {
            job.awaitResponses(1);
            model.hang();
            Stopped stopped = stop(cluster, job, Duration.ofSeconds(10));

            assertThat(progress)
                    .anySatisfy(
                            step ->
                                    assertThat(step)
                                            .matches(
                                                    "the savepoint waits for the calls of \\d+"
                                                            + " requests, for 10 s at most"));

            model.slots(PLACES);
            model.serviceMillis(50);
            model.goOn();
            job.restore(stopped.savepoint());
            assertThat(TestResponses.distinctIds(job.awaitResponses(REQUESTS))).hasSize(REQUESTS);
        }
    }

    private static TestJob startWithRequests(
            TestCluster cluster, QueueingModelProcess model, String name) throws Exception {
        TestConfig config =
                TestConfig.on(cluster, name)
                        .withDefaultInference()
                        .model("small", model.url(), TestConfig.joulesPerRequest(1))
                        .sla("gold", TestSla.promising(0.8));
        TestJob job = TestJob.on(cluster, config).start();
        IntStream.range(0, REQUESTS).forEach(i -> job.send(TestRequest.easy(i)));
        job.flush();
        return job;
    }

    private Stopped stop(TestCluster cluster, TestJob job, Duration within) throws Exception {
        try (FlinkRest rest = new FlinkRest(cluster.flink().url(), new Configuration())) {
            return new JobControl(rest).stop(job.id(), null, within, Patience.LIMIT, progress::add);
        }
    }
}
