package dev.messplus.replay.router;

import dev.messplus.core.baseline.ModelMean;
import java.util.List;

/** Settings of a small model of 1 J and a large one of 10 J, with one feature: the constant 1. */
public final class Settings {

    /** The features of every prompt. */
    public static final double[] X = {1};

    private static final List<ModelMean> ZOO = List.of(new ModelMean(.4, 1), new ModelMean(.9, 10));

    private Settings() {}

    /** A promise of {@code alpha} over 100 requests. */
    public static RouterSetting of(double alpha) {
        return of(alpha, 1);
    }

    /** The same with more features. */
    public static RouterSetting of(double alpha, int features) {
        return new RouterSetting(ZOO, features, alpha, 100, 1);
    }

    /** A choice of one model, with its score. */
    public static RouterOutcome outcome(int model, double score) {
        double[] scores = {Double.NaN, Double.NaN};
        scores[model] = score;
        double[] joules = {Double.NaN, Double.NaN};
        joules[model] = ZOO.get(model).joules();
        return new RouterOutcome(X, RouterChoice.of(model), scores, joules);
    }

    /** Both models asked of a prompt, with their scores. */
    public static RouterOutcome both(double[] x, RouterChoice choice, double small, double large) {
        return new RouterOutcome(x, choice, new double[] {small, large}, new double[] {1, 10});
    }
}
