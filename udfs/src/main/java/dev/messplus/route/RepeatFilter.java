package dev.messplus.route;

import java.time.Duration;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * Remembers the ids of requests for as long as their SLA's repeat window, in the state {@code
 * seen}. RocksDB drops older ids when it compacts.
 */
final class RepeatFilter {

    private static final String SEEN = "seen";

    /**
     * Entries after which RocksDB, when it compacts, reads the clock again to find what has
     * expired. Flink's default of 1,000 calls Java more often than ids expire.
     */
    private static final long CLEANUP_AFTER_ENTRIES = 10_000;

    private final MapState<String, Long> seen;

    /**
     * State of the operator in {@code context}.
     *
     * @param longestWindowMillis the longest repeat window of all SLAs, in milliseconds
     */
    RepeatFilter(RuntimeContext context, long longestWindowMillis) {
        var descriptor = new MapStateDescriptor<>(SEEN, Types.STRING, Types.LONG);
        descriptor.enableTimeToLive(
                StateTtlConfig.newBuilder(Duration.ofMillis(Math.max(1, longestWindowMillis)))
                        .cleanupInRocksdbCompactFilter(CLEANUP_AFTER_ENTRIES)
                        .build());
        seen = context.getMapState(descriptor);
    }

    /**
     * Whether a request with this id was seen within the window. If not, it is seen now.
     *
     * @param windowMillis the SLA's repeat window, in milliseconds; 0 remembers nothing
     */
    boolean isRepeated(String requestId, long nowMillis, long windowMillis) throws Exception {
        if (windowMillis <= 0) {
            return false;
        }
        Long before = seen.get(requestId);
        if (before != null && nowMillis - before < windowMillis) {
            return true;
        }
        seen.put(requestId, nowMillis);
        return false;
    }

    /** Drops everything under the current key. */
    void clear() {
        seen.clear();
    }
}
