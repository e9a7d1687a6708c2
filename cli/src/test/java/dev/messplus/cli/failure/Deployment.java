package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.fixture.TestConfig;
import dev.messplus.job.fixture.TestSla;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.RestApi;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;

/** One of the jobs, on its own topics. */
final class Deployment implements AutoCloseable {

    private final Stage stage;
    private final JobControl control;
    private final RestApi rest;
    private final JobOptions options;
    private final String yaml;
    private final MessConfig config;
    private JobID job;
    private int parallelism;

    /** A job that does not run yet. */
    Deployment(Stage stage, JobOptions options) {
        this.stage = stage;
        this.control = new JobControl(stage.rest());
        this.rest = new RestApi(stage.flink().url());
        this.options = options;
        TestConfig settings = config(stage, options);
        this.yaml = settings.yaml();
        this.config = settings.parse();
    }

    MessConfig config() {
        return config;
    }

    /** The configuration as a file has it. */
    String yaml() {
        return yaml;
    }

    /** The scheduler that runs it. */
    String scheduler() {
        return stage.scheduler();
    }

    RestApi rest() {
        return rest;
    }

    JobOptions options() {
        return options;
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

    /**
     * Stops the job with a savepoint, and starts it from there.
     *
     * @param finishWithin for how long the savepoint waits for calls; zero for not at all
     */
    void rescale(int withParallelism, Duration finishWithin)
            throws InterruptedException, TimeoutException {
        start(withParallelism, stop(finishWithin));
    }

    /** Has the scheduler run the job with another parallelism. */
    void rescaleInPlace(int withParallelism) throws IOException, InterruptedException {
        Map<String, Object> requirements = new TreeMap<>();
        for (JsonNode vertex : rest.get(job, "").get("vertices")) {
            boolean isFixed = options.isMetered() && vertex.get("name").asText().contains("infer");
            requirements.put(
                    vertex.get("id").asText(),
                    Map.of(
                            "parallelism",
                            Map.of("lowerBound", 1, "upperBound", isFixed ? 1 : withParallelism)));
        }
        rest.put(job, "/resource-requirements", requirements);
        Patience.await()
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> runsWith(withParallelism));
        parallelism = withParallelism;
    }

    private boolean runsWith(int subtasks) throws IOException, InterruptedException {
        for (JsonNode vertex : rest.get(job, "").get("vertices")) {
            if (vertex.get("name").asText().contains("route")) {
                return vertex.at("/tasks/RUNNING").asInt() == subtasks;
            }
        }
        return false;
    }

    /** Stops the job and returns the URI of its savepoint. */
    String stop() throws InterruptedException, TimeoutException {
        return stop(Duration.ZERO);
    }

    private String stop(Duration finishWithin) throws InterruptedException, TimeoutException {
        String savepoint =
                control.stop(job, null, finishWithin, Patience.LIMIT, waiting -> {}).savepoint();
        job = null;
        return savepoint;
    }

    private void start(int withParallelism, String savepoint)
            throws InterruptedException, TimeoutException {
        submit(withParallelism, savepoint);
        control.awaitRunning(job, Patience.LIMIT, waiting -> {});
    }

    /** Starts the job, waits until it has failed, and returns why. */
    String failToStart() throws Exception {
        submit(1, null);
        Patience.await()
                .until(
                        () -> rest.get(job, "").get("state").asText(),
                        state -> state.equals("FAILED"));
        return rest.get(job, "/exceptions").toString();
    }

    private void submit(int withParallelism, String savepoint)
            throws InterruptedException, TimeoutException {
        job =
                control.submit(
                        new Submission(
                                FlinkDistribution.ofCommand().jobJar(),
                                List.of("--config-text=" + yaml),
                                options.name(),
                                savepoint,
                                withParallelism));
        parallelism = withParallelism;
    }

    @Override
    public void close() throws InterruptedException, TimeoutException {
        if (job != null) {
            control.cancel(job, Patience.LIMIT);
        }
    }

    /** With unlimited credit Q is a plain sum, which does not depend on the order of labels. */
    private static TestConfig config(Stage stage, JobOptions options) {
        TestConfig config =
                TestConfig.named(options.name())
                        .bootstrap(stage.broker().bootstrap())
                        .set("kafka.partitions", 4)
                        .sla("gold", TestSla.promising(0.7).withUnlimitedCredit().exploringOften())
                        .sla(
                                "silver",
                                TestSla.promising(0.5).withUnlimitedCredit().with("shards", 2))
                        .set("inference.breaker.maxOpenMillis", 1_000)
                        // A model that hangs is to be noticed by more than the end of its calls.
                        .set("inference.requestTimeoutMillis", 600_000)
                        .set("feedbackTimeoutMillis", 86_400_000)
                        .delivery(options.delivery());
        if (options.isMetered()) {
            config.set("parallelism.infer", 1);
        }
        stage.models()
                .forEach(
                        (id, model) ->
                                config.model(id, model.url(), options.energy(stage.exporter())));
        return config;
    }
}
