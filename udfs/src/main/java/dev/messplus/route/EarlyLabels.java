package dev.messplus.route;

import dev.messplus.record.Label;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.TimerService;

/**
 * Labels that were read before their request was decided again. A request keeps its own early
 * scores: those that arrive after its decision and before the job's record of the served model.
 *
 * <p>After a failure the job reads requests again that it had decided since the last checkpoint,
 * and labels of answers that were visible already. The labels may come first. For a while after
 * each start, labels of requests that are not known are therefore kept, in the state {@code early},
 * and applied when their request is decided. At any other time a label of an unknown request is one
 * for a request that is complete or expired, or that never was.
 *
 * <p>What is kept when twice that time has passed goes unused. There are at most {@value
 * #MAX_REQUESTS} requests per key.
 */
final class EarlyLabels {

    /** Name of the state. */
    static final String EARLY = "early";

    /** Most requests per key that labels are kept of: a megabyte or two. */
    static final int MAX_REQUESTS = 10_000;

    /**
     * How long labels are kept at least, in milliseconds. Reading the requests again takes as long
     * as deciding them did, which was at most the time between two checkpoints; but a restart takes
     * its time as well, and model servers may have to recover.
     */
    static final long MIN_MILLIS = 60_000;

    private final MapState<String, Map<String, Double>> scores;
    private final TimerService timers;
    private final long acceptedUntilMillis;
    private final long keptUntilMillis;

    /** Requests that labels are kept of, by key. For other keys the state need not be searched. */
    private final Map<String, Integer> requests = new HashMap<>();

    /**
     * State of the operator in {@code context}, when the job starts.
     *
     * @param checkpointIntervalMillis time between two checkpoints, in milliseconds
     */
    EarlyLabels(RuntimeContext context, long checkpointIntervalMillis, TimerService timers) {
        this.timers = timers;
        scores =
                context.getMapState(
                        new MapStateDescriptor<>(
                                EARLY, Types.STRING, Types.MAP(Types.STRING, Types.DOUBLE)));
        long keptMillis = Math.max(MIN_MILLIS, 2 * checkpointIntervalMillis);
        acceptedUntilMillis = timers.currentProcessingTime() + keptMillis;
        keptUntilMillis = acceptedUntilMillis + keptMillis;
    }

    /** Counts what is kept under the current key, which the state was restored with. */
    void resume(String key) throws Exception {
        for (String unused : scores.keys()) {
            requests.merge(key, 1, Integer::sum);
        }
    }

    /** Keeps a label, unless it is too late or too many are kept, and returns whether it did. */
    boolean keep(String key, Label label) throws Exception {
        if (timers.currentProcessingTime() >= acceptedUntilMillis) {
            return false;
        }
        Map<String, Double> known = scores.get(label.requestId());
        if (known == null) {
            if (requests.getOrDefault(key, 0) >= MAX_REQUESTS) {
                return false;
            }
            known = new HashMap<>();
            requests.merge(key, 1, Integer::sum);
            timers.registerProcessingTimeTimer(keptUntilMillis);
        }
        known.putIfAbsent(label.model(), label.score());
        scores.put(label.requestId(), known);
        return true;
    }

    /** Takes the labels of a request, by model. */
    Map<String, Double> take(String key, String requestId) throws Exception {
        Map<String, Double> known = requests.containsKey(key) ? scores.get(requestId) : null;
        if (known == null) {
            return Map.of();
        }
        scores.remove(requestId);
        requests.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
        return known;
    }

    /** Drops what was kept for long enough, and returns how many labels that were. */
    int expire(String key) throws Exception {
        if (!requests.containsKey(key)) {
            return 0;
        }
        if (timers.currentProcessingTime() < keptUntilMillis) {
            // The job was restored since the timer was set.
            timers.registerProcessingTimeTimer(keptUntilMillis);
            return 0;
        }
        int labels = 0;
        for (Map<String, Double> known : scores.values()) {
            labels += known.size();
        }
        clear(key);
        return labels;
    }

    /** Drops everything under the current key. */
    void clear(String key) {
        scores.clear();
        requests.remove(key);
    }
}
