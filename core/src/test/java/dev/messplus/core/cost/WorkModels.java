package dev.messplus.core.cost;

import dev.messplus.core.CallWork;
import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;

/** Has models observe measurements in few words. */
public final class WorkModels {

    private WorkModels() {}

    /** An answer was measured with unknown uncertainty. */
    public static void observe(WorkModel model, int promptTokens, int maxTokens, double joules) {
        model.observe(new Prompt(null, promptTokens, maxTokens), MeasuredEnergy.of(joules));
    }

    /** Joules of some uncertainty. */
    public static MeasuredEnergy uncertain(double joules, double uncertaintyJoules) {
        return new MeasuredEnergy(joules, 0, uncertaintyJoules, false, CallWork.UNKNOWN);
    }
}
