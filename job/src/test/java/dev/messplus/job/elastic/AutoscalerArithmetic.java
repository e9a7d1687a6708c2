package dev.messplus.job.elastic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.job.fixture.TestJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Flink's autoscaler makes of the metrics of a job: the true processing rate of each vertex by
 * its mean busy time, or, for a source that is behind, by what it reads while it is not held back;
 * and how many subtasks read what comes, at the utilization that is aimed at, and what has piled
 * up. The library itself is not released for Flink 2.2 in a form that a test can use. It knows
 * more: the time of restarts, and bounds within which it changes nothing.
 *
 * <p>See {@code ScalingMetrics}, {@code ScalingMetricEvaluator} and {@code JobVertexScaler} of the
 * Flink Kubernetes operator.
 */
final class AutoscalerArithmetic {

    /** {@code job.autoscaler.utilization.target}. */
    private static final double TARGET_UTILIZATION = 0.7;

    /** {@code job.autoscaler.catch-up.duration}. */
    private static final double CATCH_UP_SECONDS = 1_800;

    /** {@code job.autoscaler.observed-true-processing-rate.lag-threshold}. */
    private static final double OBSERVED_LAG_SECONDS = 30;

    /** {@code job.autoscaler.observed-true-processing-rate.switch-threshold}. */
    private static final double SWITCH = 0.15;

    /** How long the cluster takes to fetch metrics, at most. */
    private static final long FETCH_MILLIS = 2_000;

    private static final String REQUESTS = "Source: requests";

    /** Records and times of a vertex so far, of all subtasks. */
    private record Reading(
            int subtasks, double in, double out, double busyMillis, double backPressuredMillis) {}

    /**
     * What the autoscaler makes of a vertex.
     *
     * @param busy share of the time that a subtask is busy
     * @param backPressured share of the time that a subtask is held back
     * @param subtasksNeeded to read what comes, at the utilization that is aimed at
     */
    record Vertex(
            int subtasks,
            double inPerSecond,
            double busy,
            double backPressured,
            double subtasksNeeded) {

        /** Whether the autoscaler would add subtasks. */
        boolean isScaledUp() {
            return subtasksNeeded > subtasks;
        }
    }

    private final TestJob job;
    private long atNanos;
    private double lag;
    private Map<String, Reading> readings;

    /** Begins to measure. */
    AutoscalerArithmetic(TestJob job) throws Exception {
        this.job = job;
        read();
    }

    /** Reads twice: the first request has the cluster fetch what the second one gets. */
    private void read() throws Exception {
        job.rest("");
        Thread.sleep(FETCH_MILLIS);
        readings = new LinkedHashMap<>();
        for (JsonNode vertex : job.rest("").get("vertices")) {
            JsonNode metrics = vertex.get("metrics");
            readings.put(
                    vertex.get("name").asText(),
                    new Reading(
                            vertex.get("parallelism").asInt(),
                            metrics.get("read-records").asDouble(),
                            metrics.get("write-records").asDouble(),
                            metrics.get("accumulated-busy-time").asDouble(),
                            metrics.get("accumulated-backpressured-time").asDouble()));
        }
        lag = job.sourceMetric("pendingRecords");
        atNanos = System.nanoTime();
    }

    /**
     * The vertices on the way of a request, from its source on, by the beginnings of their names.
     *
     * @param way names of the vertices behind the source
     */
    Map<String, Vertex> vertices(List<String> way) throws Exception {
        Map<String, Reading> before = readings;
        double lagBefore = lag;
        long nanosBefore = atNanos;
        read();
        double seconds = (atNanos - nanosBefore) / 1e9;

        List<String> names = new ArrayList<>(List.of(REQUESTS));
        names.addAll(way);
        Map<String, Vertex> vertices = new LinkedHashMap<>();
        double target = Double.NaN;
        double catchUp = lag / CATCH_UP_SECONDS;
        for (String name : names) {
            Reading then = find(name, before);
            Reading now = find(name, readings);
            boolean isSource = name.equals(REQUESTS);
            // A source says what it reads by what it writes.
            double in = (isSource ? now.out - then.out : now.in - then.in) / seconds;
            if (isSource) {
                target = Math.max(0, in + (lag - lagBefore) / seconds);
            }
            double whole = 1e3 * seconds * now.subtasks;
            double busy = Math.max(0, now.busyMillis - then.busyMillis) / whole;
            double held = (now.backPressuredMillis - then.backPressuredMillis) / whole;
            double needed =
                    now.subtasks
                            * (target / TARGET_UTILIZATION + catchUp)
                            / processingRate(isSource, in, busy, Math.min(1, held));
            vertices.put(name, new Vertex(now.subtasks, in, busy, held, needed));
        }
        return vertices;
    }

    /** What all subtasks together can process. */
    private double processingRate(boolean isSource, double in, double busy, double held) {
        double byBusyTime = busy == 0 ? Double.POSITIVE_INFINITY : in / busy;
        if (!isSource || lag < OBSERVED_LAG_SECONDS * in || held >= 1) {
            return byBusyTime;
        }
        double observed = in / (1 - held);
        return byBusyTime > observed * (1 + SWITCH) ? observed : byBusyTime;
    }

    private static Reading find(String name, Map<String, Reading> readings) {
        return readings.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + readings.keySet()));
    }
}
