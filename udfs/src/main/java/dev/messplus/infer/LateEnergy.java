package dev.messplus.infer;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyReading;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Energy of one model's calls for a request that the meter has not told when the request was
 * answered. It keeps no text, because it may wait for a minute, and holds no bytes of the budget.
 *
 * @param requestId id of the request
 * @param sla SLA of the request
 * @param model id of the model
 * @param served whether the answer was served
 * @param decision number of the decision that asked for it
 * @param promptLength length of the prompt, roughly in tokens
 * @param maxTokens maximum completion tokens that the request set; 0 if it set none
 * @param charge what the answer is charged; {@code null} unless it was told provisionally
 * @param toldJoules energy of the answer as it was told, in joules; {@code NaN} if it was not
 * @param failed energy of calls without an answer as it was told
 */
@RecordBuilder
record LateEnergy(
        String requestId,
        String sla,
        String model,
        boolean served,
        long decision,
        int promptLength,
        int maxTokens,
        EnergyCharge charge,
        double toldJoules,
        FailedEnergy failed) {

    /** What the meters will still tell of a request, given all answers as they are told. */
    static List<LateEnergy> of(RoutedRequest routed, List<Answer> answers) {
        int accountable = -1;
        List<LateEnergy> late = List.of();
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (answer.provisional() || !answer.failed().isSettled()) {
                if (late.isEmpty()) {
                    late = new ArrayList<>();
                    accountable = Outcomes.accountable(routed, answers);
                }
                late.add(of(routed, answer, i == accountable));
            }
        }
        return late;
    }

    private static LateEnergy of(RoutedRequest routed, Answer answer, boolean served) {
        PromptRequest request = routed.request();
        return LateEnergyBuilder.builder()
                .requestId(request.id())
                .sla(request.sla())
                .model(answer.model())
                .served(served)
                .decision(routed.decision())
                .promptLength(request.promptLength())
                .maxTokens(request.maxTokens())
                .charge(answer.provisional() ? answer.charge() : null)
                .toldJoules(answer.joules())
                .failed(answer.failed())
                .build();
    }

    /**
     * What the meters have told in the end.
     *
     * @param reading energy of the answer; {@code null} unless it was told provisionally
     * @param failedJoulesMore joules of the calls without an answer beyond those that were told
     */
    record Settled(EnergyReading reading, double failedJoulesMore) {}

    /** Completes once the meters have told everything, on a thread that must not be blocked. */
    CompletableFuture<Settled> settled() {
        CompletableFuture<EnergyReading> reading =
                charge == null ? CompletableFuture.completedFuture(null) : charge.settled();
        return reading.thenCombine(failed.joulesMore(), Settled::new);
    }
}
