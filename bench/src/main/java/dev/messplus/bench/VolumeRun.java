package dev.messplus.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.cluster.FlinkProcess;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.local.embedded.EmbeddedKafka;
import dev.messplus.record.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;

/**
 * The job as users run it: a JobManager and one TaskManager of two slots, each a process, with a
 * broker and model servers in this one.
 */
final class VolumeRun implements AutoCloseable {

    private static final int SLOTS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Longer than {@code metrics.fetcher.update-interval} of the cluster. */
    private static final long FETCH_SECONDS = 3;

    private final EmbeddedKafka kafka;
    private final ModelServer server;
    private final FlinkCluster flink;
    private final FlinkRest rest;
    private final JobControl control;
    private final JobID job;

    /**
     * What a run is about.
     *
     * @param name name of the job
     * @param serviceMillis time that a model server takes for an answer, in milliseconds
     * @param models number of models in the zoo
     * @param taskManagerMemory Flink's {@code taskmanager.memory.process.size}; {@code null} for
     *     that of {@code mess cluster}
     */
    record Settings(String name, long serviceMillis, int models, String taskManagerMemory) {}

    /** Starts everything, and waits until the job runs. */
    VolumeRun(Settings settings) throws Exception {
        Path folder = Files.createTempDirectory(settings.name());
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        server = new ModelServer(settings.serviceMillis());
        flink =
                FlinkCluster.start(
                        FlinkDistribution.ofCommand(),
                        new ClusterOptions(
                                folder.resolve("flink"),
                                0,
                                1,
                                SLOTS,
                                false,
                                settings.taskManagerMemory() == null
                                        ? Map.of()
                                        : Map.of(
                                                "taskmanager.memory.process.size",
                                                settings.taskManagerMemory())));
        rest = new FlinkRest(flink.url(), new Configuration());
        control = new JobControl(rest);
        job =
                control.submit(
                        new Submission(
                                FlinkDistribution.ofCommand().jobJar(),
                                List.of("--config-text=" + yaml(settings)),
                                settings.name(),
                                null,
                                SLOTS));
        control.awaitRunning(job, PATIENCE, waiting -> {});
    }

    private String yaml(Settings settings) {
        StringBuilder zoo = new StringBuilder();
        for (int m = 1; m <= settings.models(); m++) {
            zoo.append(
                    "  m%d: { url: \"%s\", model: m, energy: { source: constant, joulesPerRequest: %d } }%n"
                            .formatted(m, server.url(), m));
        }
        return """
               kafka: { bootstrap: "%s", createTopics: true }
               zoo:
               %sslas: { gold: { alpha: 0.9 } }
               embedding: { model: hashing }
               """
                .formatted(kafka.bootstrap(), zoo);
    }

    String bootstrap() {
        return kafka.bootstrap();
    }

    /** CPU time that the TaskManager has used so far. */
    Duration taskManagerCpu() {
        FlinkProcess process = flink.taskManagers().get(0);
        return ProcessHandle.of(process.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    /**
     * Whether the TaskManager that the run began with is still the one, and the job never failed.
     */
    boolean neverFailed() throws IOException, InterruptedException {
        return flink.taskManagers().size() == 1
                && get("/jobs/" + job + "/exceptions")
                        .path("exceptionHistory")
                        .path("entries")
                        .isEmpty();
    }

    /** Throws an exception if the job has ended. */
    void requireRunning() throws IOException, InterruptedException {
        JobStatus status = JobStatus.valueOf(get("/jobs/" + job).get("state").asText());
        if (status.isTerminalState()) {
            throw new IllegalStateException("the job is " + status);
        }
    }

    /** Records that each subtask of an operator's task has read so far. */
    List<Long> recordsRead(String operator) throws IOException, InterruptedException {
        // Flink answers with what it fetched last, and fetches anew.
        var unusedOutdated = recordsFetched(operator);
        TimeUnit.SECONDS.sleep(FETCH_SECONDS);
        return recordsFetched(operator);
    }

    private List<Long> recordsFetched(String operator) throws IOException, InterruptedException {
        for (JsonNode vertex : get("/jobs/" + job).get("vertices")) {
            if (vertex.get("name").asText().contains(operator)) {
                JsonNode details = get("/jobs/" + job + "/vertices/" + vertex.get("id").asText());
                List<Long> read = new ArrayList<>();
                details.get("subtasks")
                        .forEach(subtask -> read.add(subtask.at("/metrics/read-records").asLong()));
                return read;
            }
        }
        throw new IllegalStateException("the job has no task with " + operator);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(flink.url() + path)).build();
        return Json.MAPPER.readTree(
                HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    @Override
    public void close() {
        rest.close();
        flink.close();
        server.close();
        kafka.close();
    }
}
