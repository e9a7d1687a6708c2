package dev.messplus.routing;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.util.MathUtils;

/**
 * The keys of the routing's state. An SLA has one, its name, unless it is split into shards, each
 * with a queue of its own: then the first shard has the SLA's name, and the others such keys that
 * Flink spreads all of them evenly over the subtasks, where their hashes could meet in one.
 *
 * <p>Which shard a request belongs to is a hash of its id. Keys are those of places in the range of
 * key groups, so that an SLA which is split into twice as many shards keeps the state of those that
 * it had, and each of them half of its requests.
 */
public final class Shards implements Serializable {

    /** The most that an SLA can be split into, and key groups of the job. */
    public static final int MAX = 128;

    private final Map<String, String[]> keys = new HashMap<>();
    private final Map<String, Shard> shards = new HashMap<>();

    /**
     * A part of an SLA.
     *
     * @param index from 0
     * @param of how many the SLA has
     */
    public record Shard(String sla, int index, int of) implements Serializable {}

    /**
     * The shards of SLAs.
     *
     * @param counts how many each SLA has, 1 to {@value #MAX}
     */
    public Shards(Map<String, Integer> counts) {
        counts.forEach(this::add);
    }

    private void add(String sla, int count) {
        String[] ofSla = new String[count];
        for (int i = 0; i < count; i++) {
            ofSla[i] = i == 0 ? sla : keyAt(sla, i * MAX / count);
            shards.put(ofSla[i], new Shard(sla, i, count));
        }
        keys.put(sla, ofSla);
    }

    /** A key whose group is so many after that of the SLA itself. */
    private static String keyAt(String sla, int distance) {
        int group = (group(sla) + distance) % MAX;
        int salt = 0;
        while (group(key(sla, distance, salt)) != group) {
            salt++;
        }
        return key(sla, distance, salt);
    }

    /** No SLA has such a name. */
    private static String key(String sla, int distance, int salt) {
        return sla + '\n' + distance + '\n' + salt;
    }

    private static int group(String key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, MAX);
    }

    /** Index of the shard that a request belongs to, of so many. */
    public static int index(String requestId, int count) {
        // Where a hash of 31 bits lies in its range: twice as many parts halve each of them.
        return (int) ((long) MathUtils.murmurHash(requestId.hashCode()) * count >>> 31);
    }

    /** Key of a request. One of an SLA that is not known has the SLA's name. */
    public String key(String sla, String requestId) {
        String[] ofSla = keys.get(sla);
        return ofSla == null ? sla : ofSla[index(requestId, ofSla.length)];
    }

    /** Keys of an SLA, at least one. */
    String[] keys(String sla) {
        return keys.get(sla);
    }

    /** Whether an SLA has more than one. */
    public boolean isSharded(String sla) {
        String[] ofSla = keys.get(sla);
        return ofSla != null && ofSla.length > 1;
    }

    /** Whether any SLA has. */
    public boolean any() {
        return keys.keySet().stream().anyMatch(this::isSharded);
    }

    /** What has this key, or {@code null} when nothing has. */
    Shard shard(String key) {
        return shards.get(key);
    }
}
