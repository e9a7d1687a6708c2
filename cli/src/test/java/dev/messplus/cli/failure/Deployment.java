package dev.messplus.cli.failure;

import dev.messplus.cli.cluster.Distribution;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.local.fixture.ModelProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;

/** The job in one mode of delivery, on its own topics. */
final class Deployment implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final JobControl control;
    private final String mode;
    private final String yaml;
    private final MessConfig config;
    private JobID job;
    private int parallelism;

    /**
     * Nothing runs yet.
     *
     * @param mode of delivery, as the configuration has it
     */
    Deployment(Stage stage, String mode) {
        this.control = new JobControl(stage.rest());
        this.mode = mode;
        this.yaml = yaml(stage, mode);
        this.config = new ConfigLoader(Map.of()).parse(mode, yaml);
    }

    MessConfig config() {
        return config;
    }

    JobID job() {
        return job;
    }

    int parallelism() {
        return parallelism;
    }

    /** Starts the job and waits until it runs. */
    void start(int withParallelism) throws InterruptedException, TimeoutException {
        start(withParallelism, null);
    }

    /** Stops the job with a savepoint and goes on from it. */
    void rescale(int withParallelism) throws InterruptedException, TimeoutException {
        start(withParallelism, stop());
    }

    /** Stops the job and returns where its savepoint is. */
    String stop() throws InterruptedException, TimeoutException {
        String savepoint = control.stop(job, null, PATIENCE, waiting -> {});
        job = null;
        return savepoint;
    }

    private void start(int withParallelism, String savepoint)
            throws InterruptedException, TimeoutException {
        job =
                control.submit(
                        new Submission(
                                Distribution.ofCommand().jobJar(),
                                List.of("--config-text=" + yaml),
                                mode,
                                savepoint,
                                withParallelism));
        parallelism = withParallelism;
        control.awaitRunning(job, PATIENCE, waiting -> {});
    }

    @Override
    public void close() throws InterruptedException, TimeoutException {
        if (job != null) {
            control.cancel(job, PATIENCE);
        }
    }

    /** Of credit there is so much that Q is a plain sum, which is the same in any order. */
    private static String yaml(Stage stage, String mode) {
        Map<String, ModelProcess> models = stage.models();
        return """
               kafka:
                 bootstrap: "%1$s"
                 groupId: %2$s
                 createTopics: true
                 partitions: 4
                 topics: { requests: %2$s.requests, responses: %2$s.responses,
                           feedback: %2$s.feedback, deadLetters: %2$s.dead-letters }
               zoo:
                 small: { url: "%3$s", model: small,
                          energy: { source: constant, joulesPerRequest: 1 } }
                 medium: { url: "%4$s", model: medium,
                           energy: { source: constant, joulesPerRequest: 4 } }
                 large: { url: "%5$s", model: large,
                          energy: { source: constant, joulesPerRequest: 10 } }
               slas:
                 gold: { alpha: 0.7, credit: 1000000, explorationRate: 0.5 }
                 silver: { alpha: 0.5, credit: 1000000, shards: 2 }
               embedding: { model: hashing }
               inference: { requestTimeoutMillis: 60000, capacity: 64, breaker: { openMillis: 1000 } }
               feedbackTimeoutMillis: 86400000
               checkpointIntervalMillis: 1000
               delivery: %2$s
               """
                .formatted(
                        stage.broker().bootstrap(),
                        mode,
                        models.get("small").url(),
                        models.get("medium").url(),
                        models.get("large").url());
    }
}
