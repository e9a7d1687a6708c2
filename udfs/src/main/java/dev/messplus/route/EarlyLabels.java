package dev.messplus.route;

import dev.messplus.route.RoutingState.Routing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
    private final long keptMillis;

    /** Keys that may have some. For others the state need not be searched. */
    private final Set<String> keys = new HashSet<>();

    private long acceptedUntilMillis;
    private long keptUntilMillis;

    /**
     * State of the operator in {@code context}.
     *
     * @param checkpointIntervalMillis time between two checkpoints, in milliseconds
     */
    EarlyLabels(RuntimeContext context, long checkpointIntervalMillis) {
        scores =
                context.getMapState(
                        new MapStateDescriptor<>(
                                EARLY, Types.STRING, Types.MAP(Types.STRING, Types.DOUBLE)));
        keptMillis = Math.max(MIN_MILLIS, 2 * checkpointIntervalMillis);
    }

    /** Says when the job started, in milliseconds since the epoch. */
    void begin(long nowMillis) {
        acceptedUntilMillis = nowMillis + keptMillis;
        keptUntilMillis = acceptedUntilMillis + keptMillis;
    }

    /** Says that labels may be kept under a key that the state was restored with. */
    void resume(String key) {
        keys.add(key);
    }

    /** Number of requests under the current key that labels are kept of. */
    int count(String key) throws Exception {
        if (!keys.contains(key)) {
            return 0;
        }
        int count = 0;
        for (String unused : scores.keys()) {
            count++;
        }
        return count;
    }

    /** Keeps a label, unless it is too late or too many are kept, and returns whether it did. */
    boolean keep(String requestId, String model, double score, Routing routing, TimerService timers)
            throws Exception {
        if (timers.currentProcessingTime() >= acceptedUntilMillis) {
            return false;
        }
        Map<String, Double> known = scores.get(requestId);
        if (known == null) {
            if (routing.earlyRequests() >= MAX_REQUESTS) {
                return false;
            }
            known = new HashMap<>();
            keys.add(routing.key());
            routing.countEarly(1);
            timers.registerProcessingTimeTimer(keptUntilMillis);
        }
        known.putIfAbsent(model, score);
        scores.put(requestId, known);
        return true;
    }

    /** Takes the labels of a request, by model. */
    Map<String, Double> take(String requestId, Routing routing) throws Exception {
        if (routing.earlyRequests() == 0) {
            return Map.of();
        }
        Map<String, Double> known = scores.get(requestId);
        if (known == null) {
            return Map.of();
        }
        scores.remove(requestId);
        routing.countEarly(-1);
        return known;
    }

    /** Drops what was kept for long enough, and returns how many labels that were. */
    int expire(Routing routing, TimerService timers) throws Exception {
        if (routing.earlyRequests() == 0) {
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
        clear();
        keys.remove(routing.key());
        routing.countEarly(-routing.earlyRequests());
        return labels;
    }

    /** Drops everything under the current key. */
    void clear() {
        scores.clear();
    }
}
