package dev.messplus.infer.charge;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.record.Correction;
import dev.messplus.record.CorrectionBuilder;
import dev.messplus.record.Energy;
import dev.messplus.record.Measurement;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Energy of one model's call for a request that the meters had not reported when the request was
 * answered. It keeps no text, because it may wait for a minute, and holds no bytes of the budget.
 *
 * @param begun the correction, without figures
 * @param charge what the call is charged
 * @param reported the energy that the records of the request state
 * @param scoring whether the calls scored the answer, which no measurement states
 */
public record LateEnergy(
        Correction begun, CallCharge charge, CallEnergy reported, boolean scoring) {

    /**
     * The late energy of a call for a request.
     *
     * @param measurement of the call
     */
    public static LateEnergy of(
            RoutedRequest routed, Measurement measurement, CallCharge charge, CallEnergy reported) {
        PromptRequest request = routed.request();
        Correction begun =
                CorrectionBuilder.builder()
                        .requestId(request.id())
                        .sla(request.sla())
                        .model(measurement.model())
                        .served(measurement.served())
                        .planned(routed.isPlanned(routed.ranking().indexOf(measurement.model())))
                        .tokens(measurement.tokens())
                        .work(measurement.work())
                        .promptLength(request.promptLength())
                        .maxTokens(request.maxTokens())
                        .decision(routed.decision())
                        .build();
        return new LateEnergy(begun, charge, reported, false);
    }

    /**
     * The energy of the calls that scored an answer.
     *
     * @param measurement of the call that was answered
     */
    public static LateEnergy ofScoring(
            RoutedRequest routed, Measurement measurement, List<EnergyCharge> charges) {
        Correction begun =
                CorrectionBuilder.builder()
                        .requestId(measurement.requestId())
                        .sla(measurement.sla())
                        .model(measurement.model())
                        .served(measurement.served())
                        .decision(routed.decision())
                        .build();
        // They answered no request, so nothing is to be learned of them.
        return new LateEnergy(begun, new CallCharge(null, charges), CallEnergy.NONE, true);
    }

    /** Completes once the meters have reported everything, on a thread that must not be blocked. */
    CompletableFuture<CallEnergy> settled() {
        return charge.settled();
    }

    /**
     * The correction of the measurements; {@code null} if those were right.
     *
     * @param settled the energy in the end
     * @param checkpoint number of the last checkpoint before the measurement
     */
    Correction correction(CallEnergy settled, long checkpoint) {
        return scoring ? ofScoring(settled, checkpoint) : ofCall(settled, checkpoint);
    }

    private Correction ofScoring(CallEnergy settled, long checkpoint) {
        return settled.failedJoules() == 0
                ? null
                : CorrectionBuilder.builder(begun)
                        .scoringJoules(settled.failedJoules())
                        .checkpoint(checkpoint)
                        .build();
    }

    private Correction ofCall(CallEnergy settled, long checkpoint) {
        double failedJoulesMore = settled.failedJoules() - reported.failedJoules();
        if (!reported.provisional() && failedJoulesMore == 0) {
            return null;
        }
        Energy energy = reported.provisional() ? settled.answer() : Energy.UNKNOWN;
        double reportedJoules = reported.known() ? reported.joules() : 0;
        return CorrectionBuilder.builder(begun)
                .energy(energy)
                .joulesMore(energy.isKnown() ? energy.joules() - reportedJoules : 0)
                .failedJoulesMore(failedJoulesMore)
                .checkpoint(checkpoint)
                .build();
    }
}
