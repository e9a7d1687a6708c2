package dev.messplus.core.cost;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;

/** Has estimators observe measurements in few words. */
public final class EnergyEstimators {

    private EnergyEstimators() {}

    /** An answer was measured with unknown uncertainty. */
    public static void observe(
            EnergyEstimator estimator, int promptTokens, int maxTokens, double joules) {
        observe(estimator, promptTokens, maxTokens, joules, Double.NaN);
    }

    /** An answer was measured with some uncertainty, in joules. */
    public static void observe(
            EnergyEstimator estimator,
            int promptTokens,
            int maxTokens,
            double joules,
            double uncertaintyJoules) {
        estimator.observe(
                new Prompt(null, promptTokens, maxTokens),
                new MeasuredEnergy(joules, uncertaintyJoules, false));
    }
}
