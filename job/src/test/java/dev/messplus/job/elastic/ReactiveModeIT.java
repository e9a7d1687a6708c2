package dev.messplus.job.elastic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestJob;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.TestCluster;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The job under Flink's reactive mode, which gives it all slots that there are. */
class ReactiveModeIT {

    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster =
                TestCluster.builder()
                        .slots(1)
                        .taskManagers(2)
                        .flinkSettings(
                                Configuration.fromMap(
                                        Map.of(
                                                "jobmanager.scheduler",
                                                "adaptive",
                                                "scheduler-mode",
                                                "reactive",
                                                "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling",
                                                "0 s",
                                                "jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout",
                                                "1 s",
                                                "jobmanager.adaptive-scheduler.rescale-trigger.max-delay",
                                                "1 s")))
                        .build();
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    @Test
    void aJobTakesTheSlotsThatComeAndGoUnderLoad() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        cluster.flink().stopTaskManager(1);
        try (TestJob job = TestJob.on(cluster, TestConfig.on(cluster, "reactive")).start()) {
            awaitSubtasks(job, 1);
            CompletableFuture<Void> load =
                    CompletableFuture.runAsync(() -> sendUntil(stopped, job, sent));

            for (int more = 0; more < 3; more++) {
                cluster.flink().startTaskManager();
            }
            awaitSubtasks(job, 4);
            awaitAnswer(job, sent);
            cluster.flink().stopTaskManager(0);
            cluster.flink().stopTaskManager(2);
            awaitSubtasks(job, 2);
            awaitAnswer(job, sent);

            stopped.set(true);
            load.join();
            job.flush();
            List<JsonNode> responses = job.awaitResponsesToRequests(sent.get());
            assertThat(TestResponses.distinctIds(responses)).hasSize(sent.get());
            assertThat(responses).extracting(r -> r.get("status").asText()).containsOnly("ok");
            Patience.await().until(() -> requests(job), known -> known == sent.get());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aBoundedRunEndsWhateverParallelismItHasAtFirst(int parallelism) throws Exception {
        int requests = 200;
        cluster.flink().startTaskManager();
        cluster.flink().startTaskManager();
        try (TestJob job =
                TestJob.on(cluster, TestConfig.on(cluster, "reactive-bounded"))
                        .parallelism(parallelism)
                        .bounded()) {
            for (int i = 0; i < requests; i++) {
                job.send(TestRequest.easyOrHard(i));
            }
            job.flush();

            job.start().awaitEnd();

            assertThat(TestResponses.distinctIds(job.awaitResponses(requests))).hasSize(requests);
        }
    }

    private static void sendUntil(AtomicBoolean stopped, TestJob job, AtomicInteger sent) {
        while (!stopped.get()) {
            job.send(TestRequest.easyOrHard(sent.getAndIncrement()));
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Waits until a request is answered that is sent from now on. */
    private static void awaitAnswer(TestJob job, AtomicInteger sent) {
        int more = sent.get() + 10;
        job.awaitResponsesToRequests(more);
    }

    private static void awaitSubtasks(TestJob job, int subtasks) {
        Patience.await().until(() -> runningSubtasks(job), running -> running == subtasks);
    }

    /** Flink keeps a gauge of a subtask that had the SLA before: the newest has counted most. */
    private static double requests(TestJob job) throws Exception {
        double most = Double.NaN;
        String id = vertex(job, "route").get("id").asText();
        for (int subtask = 0; subtask < 2; subtask++) {
            String gauge = subtask + ".route.sla.gold.shard.0.requests";
            for (JsonNode metric : job.rest("/vertices/" + id + "/metrics?get=" + gauge)) {
                double value = metric.get("value").asDouble();
                most = value < most ? most : value;
            }
        }
        return most;
    }

    /** Number of subtasks of {@code infer} that run. */
    private static int runningSubtasks(TestJob job) throws Exception {
        JsonNode infer = vertex(job, "infer");
        return infer == null ? 0 : infer.get("tasks").get("RUNNING").asInt();
    }

    private static JsonNode vertex(TestJob job, String name) throws Exception {
        for (JsonNode vertex : job.rest("").get("vertices")) {
            if (vertex.get("name").asText().startsWith(name)) {
                return vertex;
            }
        }
        return null;
    }
}
