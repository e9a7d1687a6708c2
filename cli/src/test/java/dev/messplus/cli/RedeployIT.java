package dev.messplus.cli;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;
import static org.awaitility.Awaitility.await;

import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.Distribution;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkProcess;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.local.embedded.Ports;
import dev.messplus.local.fixture.FaultyModels;
import dev.messplus.local.fixture.RestApi;
import dev.messplus.local.fixture.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The job's jar, with the native libraries of its embedding, again and again on one cluster. */
class RedeployIT {

    private static final int DEPLOYS = Integer.getInteger("mess.redeploys", 3);

    private static final int REQUESTS = 30;

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Classes of one job take twice as much. */
    private static final long METASPACE_SLACK_BYTES = 8 << 20;

    /** Buffers for REST come in chunks of 4 MiB. */
    private static final long HEAP_SLACK_BYTES = 16 << 20;

    /** The JobManager would remember jobs that ended, and their metrics, for an hour. */
    private static final Map<String, String> FORGETFUL = Map.of("jobstore.max-capacity", "1");

    @TempDir static Path folder;

    private static Distribution distribution;
    private static EmbeddedKafka kafka;

    /** Leaves connections open, as servers do. */
    private static FaultyModels models;

    private static FlinkCluster cluster;
    private static FlinkRest rest;

    @BeforeAll
    static void start() throws Exception {
        distribution = Distribution.ofCommand();
        assumeThatCode(distribution::jobJar)
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        models = new FaultyModels(Ports.free(), 1);
        cluster =
                FlinkCluster.start(
                        distribution,
                        new ClusterOptions(folder.resolve("flink"), 0, 1, 2, false, FORGETFUL));
        rest = new FlinkRest(cluster.url(), new Configuration());
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            rest.close();
            cluster.close();
        }
        if (models != null) {
            models.close();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void everyJobStartsAndLeavesNothingBehind() throws Exception {
        JobControl control = new JobControl(rest);
        TestTopics topics = null;
        String savepoint = null;
        JvmFigures[] taskManager = new JvmFigures[DEPLOYS];
        JvmFigures[] jobManager = new JvmFigures[DEPLOYS];
        try {
            for (int i = 0; i < DEPLOYS; i++) {
                JobID job = control.submit(submission(savepoint));
                control.awaitRunning(job, PATIENCE, news -> {});
                if (topics == null) {
                    topics = new TestTopics(kafka.bootstrap(), "mess.responses");
                }
                send(topics, i * REQUESTS, (i + 1) * REQUESTS);
                // Some may be in flight when the job is stopped; the next one answers them.
                awaitAnswers(topics, i * REQUESTS + REQUESTS / 2);
                assertNeverFailed(job);
                savepoint = control.stop(job, null, PATIENCE, news -> {});

                taskManager[i] = awaitUnloaded(cluster.taskManagers().get(0));
                jobManager[i] = awaitUnloaded(cluster.jobManager());
                report(i + 1, answered(topics).size(), taskManager[i], jobManager[i]);
            }
            assertLevel(taskManager);
            assertLevel(jobManager);
        } finally {
            if (topics != null) {
                topics.close();
            }
        }
    }

    /** The figures of a process once it holds no class loader of a job any more. */
    private static JvmFigures awaitUnloaded(FlinkProcess process) {
        // Threads of HTTP clients and of JNA wait for a while whether somebody still needs them.
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> JvmFigures.of(process.pid()), jvm -> jvm.jobClassLoaders() == 0);
    }

    /** The first job loads what stays, such as Flink's own classes. */
    private static void assertLevel(JvmFigures[] deploys) {
        JvmFigures first = deploys[Math.min(1, DEPLOYS - 1)];
        JvmFigures last = deploys[DEPLOYS - 1];
        assertThat(last.metaspaceBytes() - first.metaspaceBytes())
                .isLessThan(METASPACE_SLACK_BYTES);
        assertThat(last.heapBytes() - first.heapBytes()).isLessThan(HEAP_SLACK_BYTES);
    }

    private static void assertNeverFailed(JobID job) throws Exception {
        assertThat(
                        new RestApi(cluster.url())
                                .get(job, "/exceptions")
                                .get("exceptionHistory")
                                .get("entries"))
                .isEmpty();
    }

    private static void report(int deploy, int answered, JvmFigures tm, JvmFigures jm) {
        if (deploy == 1) {
            System.out.printf(
                    "%6s %9s  %-21s  %-21s%n", "", "", "TaskManager, MiB", "JobManager, MiB");
            System.out.printf(
                    "%6s %9s  %8s %12s  %8s %12s%n",
                    "deploy", "answered", "heap", "metaspace", "heap", "metaspace");
        }
        System.out.printf(
                "%6d %9d  %8.1f %12.1f  %8.1f %12.1f%n",
                deploy,
                answered,
                mebibytes(tm.heapBytes()),
                mebibytes(tm.metaspaceBytes()),
                mebibytes(jm.heapBytes()),
                mebibytes(jm.metaspaceBytes()));
    }

    private static double mebibytes(long bytes) {
        return bytes / (double) (1 << 20);
    }

    private static void send(TestTopics topics, int from, int to) {
        IntStream.range(from, to).forEach(i -> topics.send("mess.requests", "gold", request(i)));
        topics.flush();
    }

    private static String request(int i) {
        return """
               {"id":"r%d","sla":"gold","prompt":"easy %d","reference":"%d","metric":"exact"}"""
                .formatted(i, i, i);
    }

    private static void awaitAnswers(TestTopics topics, int count) {
        await().atMost(PATIENCE).until(() -> answered(topics).size() >= count);
    }

    private static Set<String> answered(TestTopics topics) {
        return topics.poll("mess.responses").stream()
                .map(response -> response.get("id").asText())
                .collect(toSet());
    }

    private static Submission submission(String savepoint) {
        return new Submission(
                distribution.jobJar(), List.of("--config-text", config()), null, savepoint, 2);
    }

    private static String config() {
        return """
               kafka: { bootstrap: "%1$s", createTopics: true, partitions: 2 }
               zoo:
                 small: { url: "%2$s", model: small, energy: { source: constant, joulesPerRequest: 1 } }
                 large: { url: "%2$s", model: large, energy: { source: constant, joulesPerRequest: 10 } }
               slas: { gold: { alpha: 0.7 } }
               embedding: { model: all-MiniLM-L6-v2 }
               checkpointIntervalMillis: 1000
               """
                .formatted(kafka.bootstrap(), models.url());
    }
}
