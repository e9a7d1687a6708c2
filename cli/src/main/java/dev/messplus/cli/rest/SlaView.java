package dev.messplus.cli.rest;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * An SLA as the job's metrics tell it; what is not known is null.
 *
 * @param score average label of the whole run
 * @param windowScore average label of the sliding window
 * @param q the virtual queue, in requests
 * @param deficit shortfall of the whole run, in requests
 * @param requests decided
 * @param inFlight requests whose label has not come
 * @param joulesPerRequest of all calls
 * @param energyEstimated whether the joules of some model are estimated, not measured, at the
 *     moment
 * @param expired requests whose label did not come in time
 * @param failed requests that no model answered
 */
@RecordBuilder
public record SlaView(
        String name,
        Double alpha,
        Double score,
        Double windowScore,
        Double q,
        Double deficit,
        Long requests,
        Long inFlight,
        Double joulesPerRequest,
        boolean energyEstimated,
        Long expired,
        Long failed,
        List<ModelView> models) {

    /**
     * A model within an SLA.
     *
     * @param servedShare of the answers served
     * @param meanScore of its labels; null before the first
     * @param joulesPerRequest recent mean
     * @param energyEstimated whether its joules are estimated, not measured
     * @param available whether it is asked at the moment
     */
    public record ModelView(
            String name,
            Double servedShare,
            Double meanScore,
            Double joulesPerRequest,
            boolean energyEstimated,
            Boolean available) {}
}
