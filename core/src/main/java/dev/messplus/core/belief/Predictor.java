package dev.messplus.core.belief;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Priors;
import java.util.List;

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

    /** Begins where nothing was learned yet. */
    void prepare(int dimensions);

    /**
     * Forecasts the accuracy of an answer.
     *
     * @param features the prompt's features; {@code null} where another embedding made them
     * @return the expected accuracy, which may lie a little outside [0, 1]; the mean of the labels
     *     where the features are unknown, or not as many as those of earlier prompts
     */
    double predict(float[] features);

    /**
     * Standard deviation of the model's own part of the forecast, where a label's variance around
     * it is {@link Priors#LABEL_VARIANCE}; 0 when unknown.
     */
    double deviation(float[] features);

    /** A bound of {@link #deviation} that takes no time: what it was before the first label. */
    default double mostDeviation() {
        return Double.POSITIVE_INFINITY;
    }

    /**
     * How much of what the model's price says of its accuracy is to be added to its forecasts,
     * where its owner does not say what to expect: from 1 to 0.
     */
    default double priceSays() {
        return 0;
    }

    /**
     * Learns from one label. Only the mean learns where the features are {@code null}, or not as
     * many as those of earlier prompts.
     *
     * @param score the observed accuracy A_m(t), in [0, 1]; a pseudo-score of {@link LabelSource}
     *     may lie outside
     * @param noise variance of the score around its forecast, above 0
     * @param earlier labels of other answers to the same prompt
     */
    void learn(float[] features, double score, double noise, List<EarlierLabel> earlier);

    /**
     * Learns from many labels at once. Only the mean learns of those without features, or not as
     * many as those of earlier prompts.
     */
    void learn(LabelSums sums);

    /**
     * Learns what is recorded of the model's answers to a group of prompts. They do not count as
     * labels.
     *
     * @param score their mean score, in [0, 1]
     * @param weightOfRow labels that each of them says as much as, above 0, at most 1
     * @param earlier mean scores of other models' answers to the same prompts
     */
    default void learn(
            RecordedPrompts prompts,
            double score,
            double weightOfRow,
            List<EarlierLabel> earlier) {}

    /**
     * A request that the model is to answer goes into flight.
     *
     * @param features of its prompt
     * @return what {@link #leave} needs: how many regressors of the prompt are known now
     */
    default int enter(float[] features) {
        return 0;
    }

    /**
     * The request leaves flight.
     *
     * @param features of its prompt; {@code null} where another embedding made them
     * @param regressors what {@link #enter} returned
     */
    default void leave(float[] features, int regressors) {}

    /**
     * Expected sum of the scores of the requests in flight, by what is known now: a sum of
     * forecasts that may each lie a little outside [0, 1].
     *
     * @param requests their number
     */
    default double inFlightScore(long requests) {
        return 0;
    }
}
