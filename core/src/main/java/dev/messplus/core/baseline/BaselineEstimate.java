package dev.messplus.core.baseline;

import dev.messplus.core.zoo.ModelState;
import java.util.ArrayList;
import java.util.List;

/**
 * What simpler policies would take per request, as far as a running job knows its models.
 *
 * <p>These are estimates: the scores and joules of a model are means over the requests that it
 * answered, which are not drawn at random. Routing sends a good model hard prompts, so its mean
 * score is too low, and its joules are those of such prompts. They are a recent mean.
 *
 * <p>A model counts once its own answers say what it takes: what its owner configured is no
 * estimate of what another policy would have taken.
 */
public final class BaselineEstimate {

    /** Labels of a model before its mean says anything: it is then some .1 off. */
    static final long MIN_LABELS = 20;

    private BaselineEstimate() {}

    /**
     * Joules per request if the model of most joules answered all.
     *
     * @return at least 0; {@code NaN} while no joules are known, or those of the most expensive
     *     model are only assumed
     */
    public static double mostExpensiveJoules(ModelState[] models) {
        ModelState highest = null;
        for (ModelState model : models) {
            if (Double.isFinite(joules(model))
                    && (highest == null || joules(model) > joules(highest))) {
                highest = model;
            }
        }
        return highest != null && isMeasured(highest) ? joules(highest) : Double.NaN;
    }

    /**
     * Joules per request of the static mix of least energy that reaches alpha, over the models with
     * {@value #MIN_LABELS} labels and joules of their own answers. If none of them reaches alpha,
     * those of the most accurate one.
     *
     * @return at least 0; {@code NaN} while there is no such model
     */
    public static double staticMixJoules(ModelState[] models, double alpha) {
        List<ModelMean> known = new ArrayList<>(models.length);
        for (ModelState model : models) {
            double joules = joules(model);
            if (model.accuracy.labels >= MIN_LABELS
                    && isMeasured(model)
                    && Double.isFinite(joules)) {
                // The mean is rounded, and may be read while another thread changes it.
                known.add(new ModelMean(Math.max(0, Math.min(1, model.accuracy.mean)), joules));
            }
        }
        return known.isEmpty() ? Double.NaN : StaticMix.leastEnergy(known, alpha).joules();
    }

    private static boolean isMeasured(ModelState model) {
        return model.energy.measurements > 0;
    }

    private static double joules(ModelState model) {
        return Math.max(0, model.energy.meanCharge());
    }
}
