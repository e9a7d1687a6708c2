package dev.messplus.routing;

import dev.messplus.core.Policy;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the routing needs to know.
 *
 * @param zoo the models, weakest first where nothing else tells them apart
 * @param slas the policy of each SLA
 * @param repeatWindowMillis for how long each SLA remembers the ids of requests, in milliseconds,
 *     at least 0; those that are not named remember none
 * @param embedding what makes the features, by name: another name is another meaning
 * @param feedbackTimeoutMillis how long a request waits for its labels, in milliseconds, on the
 *     clock of the feedback stream; above 0
 */
@RecordBuilder
public record RoutingConfig(
        List<ZooModel> zoo,
        Map<String, Policy> slas,
        Map<String, Long> repeatWindowMillis,
        String embedding,
        long feedbackTimeoutMillis)
        implements Serializable {

    /**
     * A model that can be chosen.
     *
     * @param id its name in the configuration and in all records
     * @param priorJoules joules per request to assume before the first measurement; {@code NaN} if
     *     nobody can tell
     * @param priorJoulesPerToken joules per prompt token to assume beside them; 0 or {@code NaN}
     *     for none
     */
    public record ZooModel(String id, double priorJoules, double priorJoulesPerToken)
            implements Serializable {}

    public RoutingConfig {
        zoo = List.copyOf(zoo);
        slas = Map.copyOf(slas);
        repeatWindowMillis = Map.copyOf(repeatWindowMillis);
        if (zoo.stream().map(ZooModel::id).distinct().count() != zoo.size() || zoo.isEmpty()) {
            throw new IllegalArgumentException(
                    "zoo: must have at least one model and no id twice, was " + zoo);
        }
        if (feedbackTimeoutMillis <= 0) {
            throw new IllegalArgumentException(
                    "feedbackTimeoutMillis: must be above 0, was " + feedbackTimeoutMillis);
        }
    }

    /** The keys of the state. */
    public Shards shards() {
        Map<String, Integer> counts = new HashMap<>();
        slas.forEach((sla, policy) -> counts.put(sla, policy.shards()));
        return new Shards(counts);
    }

    /** For how long an SLA remembers the ids of requests, in milliseconds; 0 for not at all. */
    long repeatWindowMillis(String sla) {
        return repeatWindowMillis.getOrDefault(sla, 0L);
    }

    /** The longest of these. */
    long longestRepeatWindowMillis() {
        return repeatWindowMillis.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /** Ids of the models in the order of the zoo. */
    List<String> modelIds() {
        return zoo.stream().map(ZooModel::id).toList();
    }
}
