package dev.messplus.score;

import dev.messplus.energy.EnergyCharge;
import dev.messplus.record.ModelOutput;
import dev.messplus.record.PromptRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A model that scorers ask. Its calls take places and rate limits as those of requests do. */
@FunctionalInterface
public interface JudgeModel {

    /**
     * What a model replied.
     *
     * @param output the reply
     * @param text its text, without thoughts that precede it; may be empty, {@code null} for none
     * @param charges what the call is charged
     */
    record Reply(ModelOutput output, String text, List<EnergyCharge> charges) {}

    /**
     * Asks the model.
     *
     * @param question with messages and parameters
     * @return the reply; completes exceptionally, with a {@link ScoringException}, by the deadline
     */
    CompletableFuture<Reply> ask(PromptRequest question, long deadlineNanos);
}
