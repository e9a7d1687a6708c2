package dev.messplus.job.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.QueueingModelProcess;
import dev.messplus.testkit.SharedCluster;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More requests come than the models answer: that is no work of the job. */
@ExtendWith(SharedCluster.class)
class AutoscalerIT {

    private static final int PLACES = 32;
    private static final long SERVICE_MILLIS = 1_000;

    /** A quarter more than the model answers. */
    private static final int PER_SECOND = PLACES + PLACES / 4;

    private static final int SECONDS = 30;

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void noMoreSubtasksAreAskedForWhenTheModelsAreTheLimit(int subtasks, TestCluster cluster)
            throws Exception {
        try (QueueingModelProcess model =
                        QueueingModelProcess.start(Ports.free(), PLACES, SERVICE_MILLIS);
                TestJob job = TestJob.on(cluster, config(cluster, subtasks, model)).start()) {
            send(job, 0, 100 * PER_SECOND);
            job.awaitResponses(2 * PLACES);
            AutoscalerArithmetic autoscaler = new AutoscalerArithmetic(job);
            CompletableFuture<Void> more =
                    CompletableFuture.runAsync(
                            () -> {
                                for (int second = 0; second < SECONDS; second++) {
                                    send(job, second * PER_SECOND, (second + 1) * PER_SECOND);
                                    sleepASecond();
                                }
                            });
            more.join();

            Map<String, AutoscalerArithmetic.Vertex> vertices =
                    autoscaler.vertices(List.of("embed", "route", "infer"));

            AutoscalerArithmetic.Vertex source = vertices.get("Source: requests");
            assertThat(source.backPressured()).as(vertices::toString).isBetween(0.5, 1.01);
            assertThat(source.busy() + source.backPressured())
                    .as("the rest is idleness: %s", vertices)
                    .isLessThan(1.01);
            assertThat(vertices.get("infer").busy()).as(vertices::toString).isLessThan(0.4);
            assertThat(vertices)
                    .as("those that the autoscaler would add subtasks to")
                    .allSatisfy((name, vertex) -> assertThat(vertex.isScaledUp()).isFalse());
        }
    }

    private static void send(TestJob job, int from, int to) {
        IntStream.range(from, to).forEach(i -> job.send(TestRequest.easy(i)));
        job.flush();
    }

    private static void sleepASecond() {
        try {
            Thread.sleep(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static TestConfig config(TestCluster cluster, int subtasks, QueueingModelProcess model)
            throws Exception {
        return TestConfig.on(cluster, "autoscaler-" + subtasks)
                .withDefaultInference()
                .set("kafka.partitions", 4)
                .set("parallelism.sources", 1)
                .set("parallelism.infer", subtasks)
                .model("small", model.url(), TestConfig.joulesPerRequest(1))
                .set("zoo.small.maxInFlight", PLACES)
                .sla("gold", TestSla.promising(0.8));
    }
}
