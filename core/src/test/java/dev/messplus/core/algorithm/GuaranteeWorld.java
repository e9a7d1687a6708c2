package dev.messplus.core.algorithm;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Priors;
import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.EarlierLabel;
import dev.messplus.core.belief.LabelSums;
import dev.messplus.core.belief.Predictor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A synthetic world in which the assumptions of the theorem hold: models, prices, prompts, labels.
 *
 * @param joules of a model's answer
 * @param quality mean expected score per model
 * @param surplus delta
 * @param forecastError eps
 * @param maxDelay requests decided before a label arrives, at most
 * @param labels where labels come from
 */
record GuaranteeWorld(
        double alpha,
        double[] joules,
        double[] quality,
        double surplus,
        double forecastError,
        int maxDelay,
        LabelSource labels) {

    /** How far a prompt makes all models better or worse, at most. */
    private static final double HARDNESS = 0.2;

    static GuaranteeWorld random(SplittableRandom random, LabelSource labels, int maxDelay) {
        int models = random.nextInt(2, 9);
        double alpha = random.nextDouble(0.4, 0.75);
        double spread = Math.exp(random.nextDouble(Math.log(500)));
        double[] joules = new double[models];
        double[] quality = new double[models];
        for (int m = 0; m < models; m++) {
            joules[m] = Math.pow(spread, m / (models - 1.0));
            quality[m] = random.nextDouble(0.1, alpha + 0.05);
        }
        double surplus = random.nextDouble(0.1, 0.24);
        double error = random.nextDouble(surplus / 3);
        return new GuaranteeWorld(alpha, joules, quality, surplus, error, maxDelay, labels);
    }

    int models() {
        return joules.length;
    }

    List<String> ids() {
        return IntStream.range(0, models()).mapToObj(m -> "m" + m).toList();
    }

    double joulesSpread() {
        return joules[models() - 1] - joules[0];
    }

    /** lambda_0: what the cheapest and a typical model cost, and what e times that is to add. */
    double firstPrice() {
        double typical = Math.exp(Arrays.stream(joules).map(Math::log).average().orElseThrow());
        return Math.sqrt(joules[0] * typical) / Priors.SCORE_PER_LOG_JOULES;
    }

    /**
     * Expected scores on the next prompt. The most expensive model is always above alpha by delta.
     */
    double[] nextPrompt(SplittableRandom random) {
        double hardness = random.nextDouble(-HARDNESS, HARDNESS);
        double[] expected = new double[models()];
        for (int m = 0; m < models(); m++) {
            expected[m] = Math.max(0, Math.min(1, quality[m] + hardness));
        }
        expected[models() - 1] = alpha + surplus;
        return expected;
    }

    /**
     * Forecasts that are off by as much as may be, and to the worst side.
     *
     * @param width by how much they may be off beyond eps
     */
    float[] forecasts(double[] expected, double width) {
        float[] forecasts = new float[models()];
        double error = forecastError + width;
        for (int m = 0; m < models(); m++) {
            forecasts[m] = (float) (expected[m] + (expected[m] < alpha ? 1 : -1) * error);
        }
        return forecasts;
    }

    /** Predictors that forecast of model m what the m-th feature of the prompt says. */
    static Predictor.Factory told(AlgorithmState state) {
        List<AccuracyState> known = Stream.of(state.models()).map(model -> model.accuracy).toList();
        return (shared, own, expected) -> new Told(known.indexOf(own));
    }

    private static final class Told implements Predictor {

        private final int feature;
        private double inFlight;

        private Told(int feature) {
            this.feature = feature;
        }

        @Override
        public void prepare(int dimensions) {}

        @Override
        public double predict(float[] features) {
            return features[feature];
        }

        @Override
        public double deviation(float[] features) {
            return 0.1;
        }

        @Override
        public void learn(
                float[] features, double score, double noise, List<EarlierLabel> earlier) {}

        @Override
        public void learn(LabelSums sums) {}

        @Override
        public int enter(float[] features) {
            inFlight += features[feature];
            return 0;
        }

        @Override
        public void leave(float[] features, int regressors) {
            inFlight -= features[feature];
        }

        @Override
        public double inFlightScore(long requests) {
            return inFlight;
        }
    }
}
