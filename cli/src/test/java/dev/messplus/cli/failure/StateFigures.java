package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.route.config.Shards.Shard;
import dev.messplus.testkit.RestApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;

/** The state of the routing, as its metrics show it. */
final class StateFigures {

    private final RestApi rest;
    private final JobID job;

    StateFigures(RestApi rest, JobID job) {
        this.rest = rest;
        this.job = job;
    }

    /**
     * The metrics of a shard, by name.
     *
     * @param names names of the metrics, such as {@code model.small.served}
     */
    Map<String, Double> figures(Shard shard, Collection<String> names)
            throws IOException, InterruptedException {
        String key = shard.sla() + ".shard." + shard.index();
        JsonNode route = vertex("route");
        for (int subtask = 0; subtask < route.get("parallelism").asInt(); subtask++) {
            String prefix = subtask + ".route.sla." + key + ".";
            String ids = names.stream().map(name -> prefix + name).collect(Collectors.joining(","));
            Map<String, Double> figures = new TreeMap<>();
            rest.get(job, "/vertices/" + route.get("id").asText() + "/metrics?get=" + ids)
                    .forEach(
                            metric ->
                                    figures.put(
                                            metric.get("id").asText().substring(prefix.length()),
                                            metric.get("value").asDouble()));
            if (figures.size() == names.size()) {
                return figures;
            }
        }
        throw new IOException("no subtask of the operator route has metrics of " + shard);
    }

    private JsonNode vertex(String operator) throws IOException, InterruptedException {
        for (JsonNode vertex : rest.get(job, "").get("vertices")) {
            if (vertex.get("name").asText().contains(operator)) {
                return vertex;
            }
        }
        throw new IOException("the job has no operator " + operator);
    }

    /** Number of restarts so far. */
    long restarts() throws IOException, InterruptedException {
        return rest.get(job, "/metrics?get=numRestarts").path(0).path("value").asLong();
    }

    /** Number of checkpoints that have failed since the last start of the JobManager. */
    long failedCheckpoints() throws IOException, InterruptedException {
        return rest.get(job, "/checkpoints").at("/counts/failed").asLong();
    }

    /** Id of a TaskManager that has state. */
    String taskManager() throws IOException, InterruptedException {
        return rest.get(job, "/vertices/" + vertex("route").get("id").asText())
                .get("subtasks")
                .get(0)
                .get("taskmanager-id")
                .asText();
    }

    /** Records that each subtask of an operator has read since the last start of the job. */
    List<Long> recordsOfSubtasks(String operator) throws IOException, InterruptedException {
        List<Long> records = new ArrayList<>();
        rest.get(job, "/vertices/" + vertex(operator).get("id").asText())
                .get("subtasks")
                .forEach(subtask -> records.add(subtask.at("/metrics/read-records").asLong()));
        return records;
    }

    /**
     * Bytes of the last checkpoint, including all files that it refers to; -1 if none was triggered
     * since {@code sinceMillis}.
     *
     * @param sinceMillis milliseconds since the epoch
     */
    long checkpointBytes(long sinceMillis) throws IOException, InterruptedException {
        JsonNode last = rest.get(job, "/checkpoints").at("/latest/completed");
        return last.path("trigger_timestamp").asLong() < sinceMillis
                ? -1
                : last.get("state_size").asLong();
    }
}
