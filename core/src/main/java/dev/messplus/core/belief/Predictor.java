package dev.messplus.core.belief;

import dev.messplus.core.LabelSource;

/** Forecasts one model's accuracy from a prompt's features, and learns from labels online. */
public interface Predictor {

    /** What a rule's predictors are made of. */
    @FunctionalInterface
    interface Factory {

        /**
         * The predictor of one model.
         *
         * @param shared what is known of prompts, whichever model answers
         * @param own what is known of the model's accuracy
         * @param expectedScore average score of the model as its owner expects it, in [0, 1];
         *     {@code NaN} if unknown
         */
        Predictor create(SharedState shared, AccuracyState own, double expectedScore);
    }

    /** A forecast as the queue takes it: a linear predictor may leave [0, 1], or be {@code NaN}. */
    static double clamped(double accuracy) {
        return accuracy >= 0 ? Math.min(1, accuracy) : 0;
    }

    /**
     * Begins anew if features are not as many as before. The model's mean and number of labels
     * still hold.
     */
    void prepare(int dimensions);

    /** Begins where nothing was learned yet: labels can come before the first decision. */
    void prepareIfNew(int dimensions);

    /**
     * Forecasts the accuracy of an answer.
     *
     * @param features the prompt's features; {@code null} where another embedding made them
     * @return the expected accuracy, which may lie a little outside [0, 1]; the mean of the labels
     *     where the features are unknown, or not as many as it was prepared for
     */
    double predict(float[] features);

    /** Standard deviation of the model's own part of the forecast; 0 when unknown. */
    double deviation(float[] features);

    /**
     * A bound of {@link #deviation} that takes no time: what it was before the first label.
     *
     * @param sumOfSquares of the prompt's features
     */
    default double mostDeviation(double sumOfSquares) {
        return Double.POSITIVE_INFINITY;
    }

    /**
     * How much of what was assumed of the model's mean before its first label still stands, from 1
     * to 0.
     */
    default double priorLeft() {
        return 0;
    }

    /**
     * Learns from one label. Only the mean learns where the features are {@code null}, or not as
     * many as it was prepared for.
     *
     * @param score the observed accuracy A_m(t), in [0, 1]; a pseudo-score of {@link LabelSource}
     *     may lie outside
     * @param noise variance of the score around its forecast, above 0
     */
    void learn(float[] features, double score, double noise);

    /**
     * Learns from many labels at once. Only the mean learns of those without features, or not as
     * many as it was prepared for.
     *
     * @param update of all models together, to which it adds its part; the caller finishes it
     */
    void learn(LabelSums sums, JointUpdate update);
}
