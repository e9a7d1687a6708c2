package dev.messplus.local.report;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished run under one SLA.
 *
 * @param sla name of the SLA
 * @param alpha the promised average score, in [0, 1]
 * @param models ids of the models, as in the configuration; all shares are in this order
 * @param served the requests, in order of completion
 * @param exchanges the same requests with their prompts and responses; empty if they were not kept
 * @param warm the same prompts under an SLA that began with recorded outcomes; empty if none did
 * @param reference outcomes of every model, for the baselines
 * @param rivals what other routers make of those outcomes
 * @param energySources sources of the joules
 * @param elapsed time from the first request to the last response
 * @param settings other settings that are needed to repeat the run, such as V and the seed, by name
 *     and in display order
 */
@RecordBuilder
public record RunReport(
        String sla,
        double alpha,
        List<String> models,
        List<ServedRequest> served,
        List<Exchange> exchanges,
        List<ServedRequest> warm,
        ReferencePass reference,
        List<Rival> rivals,
        JouleSources energySources,
        Duration elapsed,
        Map<String, String> settings) {

    public RunReport {
        models = List.copyOf(models);
        served = List.copyOf(served);
        exchanges = exchanges == null ? List.of() : List.copyOf(exchanges);
        warm = warm == null ? List.of() : List.copyOf(warm);
        rivals = rivals == null ? List.of() : List.copyOf(rivals);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        if (!models.equals(reference.models())) {
            throw new IllegalArgumentException(
                    "reference: must be of the models "
                            + models
                            + ", was of "
                            + reference.models());
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
