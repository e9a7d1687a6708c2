package dev.messplus.inference;

import dev.messplus.energy.EnergyReading;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Follows the energy of requests that have been answered before their meters had told all of it. On
 * the threads of the meters.
 */
final class Corrections {

    private final Consumer<InferenceOutcome> late;

    /**
     * Follows requests.
     *
     * @param late accepts corrections, on any thread
     */
    Corrections(Consumer<InferenceOutcome> late) {
        this.late = late;
    }

    /**
     * Follows a request.
     *
     * @param answers all answers to it, as they were told
     */
    void follow(RoutedRequest routed, List<Answer> answers) {
        int accountable = Outcomes.accountable(routed, answers);
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            if (answer.provisional() || !answer.failed().charges().isEmpty()) {
                follow(routed, answer, i == accountable);
            }
        }
    }

    private void follow(RoutedRequest routed, Answer answer, boolean served) {
        CompletableFuture<EnergyReading> settled =
                answer.provisional()
                        ? answer.charge().settled()
                        : CompletableFuture.completedFuture(answer.energy());
        CompletableFuture<Void> unused =
                settled.thenAcceptBoth(
                        answer.failed().joulesMore(),
                        (reading, failedMore) -> {
                            if (answer.provisional() || failedMore != 0) {
                                late.accept(
                                        Outcomes.correction(
                                                routed, answer, served, reading, failedMore));
                            }
                        });
    }
}
