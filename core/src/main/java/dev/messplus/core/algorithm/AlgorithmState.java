package dev.messplus.core.algorithm;

import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.belief.SharedState;
import dev.messplus.core.cost.FleetPlan;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.core.zoo.Zoo;
import java.util.List;
import java.util.stream.Stream;

/**
 * Everything that the algorithm knows under one SLA or one shard of it. All parts are mutable
 * beans, which the algorithm changes in place and its owner stores.
 *
 * @param sla queue and sums
 * @param shared what is known of prompts, whichever model answers
 * @param models what is known of each model, in the order of the zoo
 * @param window labels of the sliding window
 */
public record AlgorithmState(
        SlaState sla, SharedState shared, ModelState[] models, ScoreWindow window) {

    /** What is known before the first request: Q(1) = 0, and nothing of any model. */
    public static AlgorithmState initial(int models) {
        return new AlgorithmState(
                new SlaState(),
                new SharedState(),
                Stream.generate(ModelState::new).limit(models).toArray(ModelState[]::new),
                new ScoreWindow());
    }

    /**
     * The zoo that it is the state of.
     *
     * @param ids ids of the models
     */
    Zoo zoo(List<String> ids, Predictor.Factory predictors) {
        return zoo(ids, predictors, new FleetPlan(ids.size()));
    }

    /** The same with the plan of several SLAs. */
    Zoo zoo(List<String> ids, Predictor.Factory predictors, FleetPlan plan) {
        return new Zoo(ids, models, shared, sla.asked, predictors, plan);
    }
}
