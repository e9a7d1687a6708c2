package dev.messplus.route.share;

import dev.messplus.core.Rule;
import dev.messplus.core.Sla;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the sharing needs to know.
 *
 * @param slas the SLAs by name
 * @param models ids of the models in the zoo
 * @param embedding name of the embedding that makes the features
 * @param feedbackTimeoutMillis how long a request waits for its labels, in milliseconds, above 0
 */
public record SharingConfig(
        Map<String, SharedSla> slas,
        Set<String> models,
        String embedding,
        long feedbackTimeoutMillis)
        implements Serializable {

    /** The keys of the shards. */
    public Shards shards() {
        Map<String, Integer> counts = new HashMap<>();
        slas.forEach((name, shared) -> counts.put(name, shared.sla().shards()));
        return new Shards(counts);
    }

    /** An SLA, and the rule by which its shards learn. */
    public record SharedSla(Sla sla, Rule rule) implements Serializable {}
}
