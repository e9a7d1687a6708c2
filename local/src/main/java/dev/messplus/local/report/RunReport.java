package dev.messplus.local.report;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished run of one SLA.
 *
 * @param sla name of the SLA
 * @param alpha the promised average score, in [0, 1]
 * @param models the zoo, by rising size; all shares are in this order
 * @param served the requests, in order of completion
 * @param reference outcomes of the same zoo, for the baselines
 * @param energySources where the joules come from
 * @param elapsed from the first request to the last response
 * @param settings what else a reader needs to repeat the run (V, preset, seed, capacity, ...), by
 *     name, in the order to be shown
 */
@RecordBuilder
public record RunReport(
        String sla,
        double alpha,
        List<String> models,
        List<ServedRequest> served,
        ReferencePass reference,
        EnergySources energySources,
        Duration elapsed,
        Map<String, String> settings) {

    public RunReport {
        models = List.copyOf(models);
        served = List.copyOf(served);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        if (!models.equals(reference.models())) {
            throw new IllegalArgumentException(
                    "the reference pass is of " + reference.models() + ", the run of " + models);
        }
    }

    /** Whether any of the joules are an estimate. */
    public boolean estimated() {
        return energySources.estimated();
    }

    /** Requests that a model answered. */
    public long answered() {
        return served.stream().filter(ServedRequest::answered).count();
    }
}
