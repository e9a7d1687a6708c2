package dev.messplus.route.config;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.MathUtils;

/**
 * The keys of the routing's state. An SLA has one key, its name, unless it is split into shards,
 * each with a queue of its own. The first shard then has the SLA's name as key. The keys of the
 * others are chosen so that Flink spreads them evenly over the subtasks.
 *
 * <p>The hash of its id says which shard a request belongs to. The key groups of the shards are
 * evenly spaced. So an SLA that is split into twice as many shards keeps the state of the shards
 * that it had, and each of these keeps half of its requests.
 */
public final class Shards implements Serializable {

    /** The largest number of shards of an SLA, and the number of key groups of the job. */
    public static final int MAX = 128;

    private final Map<String, String[]> keys = new HashMap<>();
    private final Map<String, Shard> shards = new HashMap<>();

    /**
     * A shard of an SLA.
     *
     * @param index index of the shard, from 0
     * @param of number of shards of the SLA
     */
    public record Shard(String sla, int index, int of) implements Serializable {}

    /**
     * The shards of SLAs.
     *
     * @param counts number of shards of each SLA, 1 to {@value #MAX}
     */
    public Shards(Map<String, Integer> counts) {
        counts.forEach(this::add);
    }

    private void add(String sla, int count) {
        String[] slaKeys = new String[count];
        for (int i = 0; i < count; i++) {
            slaKeys[i] = i == 0 ? sla : keyAt(sla, (i * MAX) / count);
            shards.put(slaKeys[i], new Shard(sla, i, count));
        }
        keys.put(sla, slaKeys);
    }

    /** A key whose key group lies {@code distance} after the one of the SLA itself. */
    private static String keyAt(String sla, int distance) {
        int group = (group(sla) + distance) % MAX;
        int salt = 0;
        while (group(key(sla, distance, salt)) != group) {
            salt++;
        }
        return key(sla, distance, salt);
    }

    /** A key that is not the name of an SLA. */
    private static String key(String sla, int distance, int salt) {
        return sla + '\n' + distance + '\n' + salt;
    }

    private static int group(String key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, MAX);
    }

    /** Index of the shard that a request belongs to, of {@code count} shards. */
    public static int index(String requestId, int count) {
        // Scales the 31-bit hash to an index: doubling the count splits each range in two.
        return (int) (((long) MathUtils.murmurHash(requestId.hashCode()) * count) >>> 31);
    }

    /** Key of a request; the name of the SLA if the SLA is unknown. */
    public String key(String sla, String requestId) {
        String[] slaKeys = keys.get(sla);
        return slaKeys == null ? sla : slaKeys[index(requestId, slaKeys.length)];
    }

    /** Whether there is an SLA of this name. */
    public boolean isKnown(String sla) {
        return keys.containsKey(sla);
    }

    /** Keys of an SLA, at least one; {@code null} if the SLA is unknown. */
    public String[] keys(String sla) {
        return keys.get(sla);
    }

    /** Whether an SLA has more than one shard. */
    public boolean isSharded(String sla) {
        return isKnown(sla) && keys(sla).length > 1;
    }

    /** Whether any SLA has more than one shard. */
    public boolean any() {
        return keys.keySet().stream().anyMatch(this::isSharded);
    }

    /** The SLA or shard that has this key; {@code null} if there is none. */
    public Shard shard(String key) {
        return shards.get(key);
    }
}
