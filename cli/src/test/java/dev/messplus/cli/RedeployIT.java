package dev.messplus.cli;

import static dev.messplus.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.minicluster.EmbeddedKafka;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.FaultyModels;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.RestApi;
import dev.messplus.testkit.TestRequest;
import dev.messplus.testkit.TestResponses;
import dev.messplus.testkit.TestTopics;
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
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar of the job, native libraries included, is deployed again and again on one cluster. */
class RedeployIT {

    private static final int DEPLOYS = Integer.getInteger("mess.redeploys", 3);

    private static final int REQUESTS = 30;

    /** It needs the jar with native libraries. */
    private static final String MODEL = "all-MiniLM-L6-v2";

    /** Half of what the classes of one job take. */
    private static final long METASPACE_SLACK_BYTES = 8 << 20;

    /** Room for buffers of the REST server, which come in chunks of 4 MiB. */
    private static final long HEAP_SLACK_BYTES = 16 << 20;

    /** By default the JobManager keeps ended jobs and their metrics for an hour. */
    private static final Map<String, String> FORGETFUL = Map.of("jobstore.max-capacity", "1");

    @TempDir static Path folder;

    private static FlinkDistribution distribution;
    @AutoClose private static EmbeddedKafka kafka;

    /** Keeps connections open, as real servers do. */
    @AutoClose private static FaultyModels models;

    /** Its client's threads and connections end with the job, too. */
    @AutoClose private static SpanSink collector;

    private static FlinkCluster cluster;
    @AutoClose private static FlinkRest rest;

    @BeforeAll
    static void start() throws Exception {
        distribution = FlinkDistribution.ofCommand();
        assumeThatCode(() -> distribution.jobJarFor(MODEL))
                .as("the cluster jar, which the phase package builds")
                .doesNotThrowAnyException();
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        models = new FaultyModels(Ports.free(), 1);
        collector = new SpanSink();
        cluster =
                FlinkCluster.start(
                        distribution,
                        new ClusterOptions(folder.resolve("flink"), 0, 1, 2, false, FORGETFUL));
        rest = new FlinkRest(cluster.url(), new Configuration());
    }

    @AfterAll
    static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void everyDeploymentStartsAndLeavesNothingBehind() throws Exception {
        JobControl control = new JobControl(rest);
        TestTopics topics = null;
        String savepoint = null;
        JvmFigures[] taskManager = new JvmFigures[DEPLOYS];
        JvmFigures[] jobManager = new JvmFigures[DEPLOYS];
        try {
            for (int i = 0; i < DEPLOYS; i++) {
                JobID job = control.submit(submission(savepoint));
                control.awaitRunning(job, Patience.LIMIT, news -> {});
                if (topics == null) {
                    topics = new TestTopics(kafka.bootstrap(), "mess.responses");
                }
                send(topics, i * REQUESTS, (i + 1) * REQUESTS);
                // The next deployment answers what is in flight when this one stops.
                awaitAnswers(topics, i * REQUESTS + REQUESTS / 2);
                assertNeverFailed(job);
                savepoint =
                        control.stop(job, null, Duration.ZERO, Patience.LIMIT, news -> {})
                                .savepoint();

                taskManager[i] = awaitUnloaded(cluster.taskManagers().get(0));
                jobManager[i] = awaitUnloaded(cluster.jobManager());
                report(i + 1, answered(topics).size(), taskManager[i], jobManager[i]);
            }
            assertLevel(taskManager);
            assertLevel(jobManager);
            assertThat(collector.bytes()).isPositive();
        } finally {
            if (topics != null) {
                topics.close();
            }
        }
    }

    /** The figures of a process once the class loaders of jobs are unloaded. */
    private static JvmFigures awaitUnloaded(ChildProcess process) {
        // Threads of HTTP clients and of JNA end some time after their last use.
        return await().pollInterval(Duration.ofSeconds(1))
                .until(() -> JvmFigures.of(process.pid()), jvm -> jvm.jobClassLoaders() == 0);
    }

    /** The first deployment loads what stays, such as classes of Flink; later ones must not. */
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
        IntStream.range(from, to)
                .forEach(i -> topics.send("mess.requests", "gold", TestRequest.easy(i).json()));
        topics.flush();
    }

    private static void awaitAnswers(TestTopics topics, int count) {
        await().until(() -> answered(topics).size() >= count);
    }

    private static Set<String> answered(TestTopics topics) {
        return TestResponses.distinctIds(topics.poll("mess.responses"));
    }

    private static Submission submission(String savepoint) {
        return new Submission(
                distribution.jobJarFor(MODEL),
                List.of("--config-text", config()),
                null,
                savepoint,
                2);
    }

    private static String config() {
        return TestConfig.withDefaultTopics()
                .bootstrap(kafka.bootstrap())
                .model("small", models.url(), TestConfig.joulesPerRequest(1))
                .model("large", models.url(), TestConfig.joulesPerRequest(10))
                .set("embedding.model", MODEL)
                .set("tracing.otlpEndpoint", collector.url())
                .yaml();
    }
}
