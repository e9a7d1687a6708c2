package dev.messplus.core.baseline;

import dev.messplus.core.ModelState;
import java.util.ArrayList;
import java.util.List;

/**
 * What simpler policies would take per request, as far as a running job knows its models.
 *
 * <p>These are estimates: the scores and joules of a model are means over the requests that it
 * answered, which are not drawn at random. Routing sends a good model hard prompts, so its mean
 * score is too low. Its joules are a recent mean.
 */
public final class BaselineEstimate {

    private BaselineEstimate() {}

    /**
     * Joules per request if the model of most joules answered all.
     *
     * @return at least 0; {@code NaN} while the joules of no model are known
     */
    public static double dearestJoules(ModelState[] models) {
        double most = Double.NaN;
        for (ModelState model : models) {
            double joules = joules(model);
            if (Double.isFinite(joules) && !(joules <= most)) {
                most = joules;
            }
        }
        return most;
    }

    /**
     * Joules per request of the static mix of least energy that reaches alpha, over the models that
     * have a label and known joules. If none of them reaches alpha, those of the most accurate one.
     *
     * @return at least 0; {@code NaN} while there is no such model
     */
    public static double staticMixJoules(ModelState[] models, double alpha) {
        List<ModelMean> known = new ArrayList<>(models.length);
        for (ModelState model : models) {
            double joules = joules(model);
            if (model.accuracy.labels > 0 && Double.isFinite(joules)) {
                // The mean is rounded, and may be read while another thread changes it.
                known.add(new ModelMean(Math.max(0, Math.min(1, model.accuracy.mean)), joules));
            }
        }
        return known.isEmpty() ? Double.NaN : StaticMix.leastEnergy(known, alpha).joules();
    }

    private static double joules(ModelState model) {
        return Math.max(0, model.energy.typicalJoules());
    }
}
