package dev.messplus.cli.failure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.route.config.Shards;
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
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

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
        JsonNode route = vertex("route");
        // Flink keeps the gauges of a subtask that had the shard before it was rescaled in place.
        int owner =
                KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        new Shards(Map.of(shard.sla(), shard.of()))
                                .keys(shard.sla())[shard.index()],
                        Shards.MAX,
                        route.get("parallelism").asInt());
        String prefix = "%d.route.sla.%s.shard.%d.".formatted(owner, shard.sla(), shard.index());
        String ids = names.stream().map(name -> prefix + name).collect(Collectors.joining(","));
        Map<String, Double> figures = new TreeMap<>();
        rest.get(job, "/vertices/" + route.get("id").asText() + "/metrics?get=" + ids)
                .forEach(
                        metric ->
                                figures.put(
                                        metric.get("id").asText().substring(prefix.length()),
                                        metric.get("value").asDouble()));
        if (figures.size() != names.size()) {
            throw new IOException("subtask " + owner + " of route has no metrics of " + shard);
        }
        return figures;
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
