package dev.messplus.infer.charge;

import dev.messplus.energy.EnergyReading;
import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.concurrent.CompletableFuture;

/**
 * Energy of one model's call for a request that the meters had not reported when the request was
 * answered. It keeps no text, because it may wait for a minute, and holds no bytes of the budget.
 *
 * @param requestId id of the request
 * @param sla SLA of the request
 * @param model id of the model
 * @param served whether the answer was served
 * @param decision number of the decision that asked for it
 * @param promptLength length of the prompt, roughly in tokens
 * @param maxTokens maximum completion tokens that the request set; 0 if it set none
 * @param charge what the call is charged
 * @param reported the energy that the records of the request state
 */
@RecordBuilder
public record LateEnergy(
        String requestId,
        String sla,
        String model,
        boolean served,
        long decision,
        int promptLength,
        int maxTokens,
        CallCharge charge,
        CallEnergy reported) {

    /** The late energy of a call of {@code model} for a request. */
    public static LateEnergy of(
            RoutedRequest routed,
            String model,
            boolean served,
            CallCharge charge,
            CallEnergy reported) {
        PromptRequest request = routed.request();
        return LateEnergyBuilder.builder()
                .requestId(request.id())
                .sla(request.sla())
                .model(model)
                .served(served)
                .decision(routed.decision())
                .promptLength(request.promptLength())
                .maxTokens(request.maxTokens())
                .charge(charge)
                .reported(reported)
                .build();
    }

    /** Completes once the meters have reported everything, on a thread that must not be blocked. */
    CompletableFuture<CallEnergy> settled() {
        return charge.settled();
    }

    /**
     * The record that corrects those of the request; {@code null} if they were right.
     *
     * @param settled the energy in the end
     * @param checkpoint number of the last checkpoint before the records that this corrects
     */
    Feedback correction(CallEnergy settled, long checkpoint) {
        double failedJoulesMore = settled.failedJoules() - reported.failedJoules();
        if (!reported.provisional() && failedJoulesMore == 0) {
            return null;
        }
        FeedbackBuilder correction =
                FeedbackBuilder.builder()
                        .requestId(requestId)
                        .sla(sla)
                        .model(model)
                        .served(served)
                        .source(Feedback.METER)
                        .decision(decision)
                        .checkpoint(checkpoint);
        double more = 0;
        if (reported.provisional() && settled.known()) {
            EnergyReading reading = settled.answered();
            more = reading.joules() - (reported.known() ? reported.joules() : 0);
            double uncertainty = reading.uncertaintyJoules();
            correction
                    .energyJoules(reading.joules())
                    .energyUncertaintyJoules(Double.isNaN(uncertainty) ? null : uncertainty)
                    .energySource(reading.source());
        }
        return correction
                .correction(
                        new Feedback.Correction(more, failedJoulesMore, promptLength, maxTokens))
                .build();
    }
}
