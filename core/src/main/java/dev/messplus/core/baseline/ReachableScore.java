package dev.messplus.core.baseline;

import dev.messplus.core.belief.AccuracyState;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.belief.Predictor;
import dev.messplus.core.zoo.Zoo;
import java.util.Arrays;

/**
 * The average score that models reach, as far as the mean scores of their labels say: how high
 * alpha can be.
 */
public final class ReachableScore {

    private ReachableScore() {}

    /**
     * About how high the average score can be with the models of a zoo. It changes nothing, so
     * another thread may ask.
     *
     * @param sequential whether models are asked one after the other, by the score of each answer
     * @param judged whether a judge says those scores; it knows only a part of which answer is
     *     best, its slope, so only that part of what the best answers add counts
     * @return in [0, 1]; {@code NaN} until every model has {@value BaselineEstimate#MIN_LABELS}
     *     labels
     */
    public static double estimate(Zoo zoo, boolean sequential, boolean judged) {
        JudgeCalibration judge = zoo.shared().judge;
        double[] means = new double[zoo.size()];
        for (int m = 0; m < means.length; m++) {
            AccuracyState labels = zoo.model(m).state().accuracy;
            if (labels.labels < BaselineEstimate.MIN_LABELS) {
                return Double.NaN;
            }
            means[m] = Predictor.clamped(judge.expected(m, labels.mean));
        }
        double alone = ofOneModel(means);
        if (!sequential) {
            return alone;
        }
        double all = ofAllAnswers(means, zoo.shared().promptNoise.spread());
        double known = judged ? Predictor.clamped(judge.answerSlope().mean()) : 1;
        return alone + known * (all - alone);
    }

    /**
     * Where an answer is served before its score is known: that of the best model alone. It is
     * somewhat low, because routing sends a good model hard prompts, and because other models may
     * answer some prompts better.
     *
     * @param means mean scores of the models, at least one, in [0, 1]
     */
    static double ofOneModel(double[] means) {
        return Arrays.stream(means).max().orElseThrow();
    }

    /**
     * Where models are asked one after the other until an answer is good enough: that of the best
     * of all answers. A model that comes later is asked after bad answers of the others. So its
     * mean is that of such prompts, and the probability that all answers are bad is the product of
     * that of each. Where models are good at different prompts, the order varies, and this is too
     * high.
     *
     * @param means mean scores of the models, at least one, in [0, 1]
     * @param spread w, the share of answers whose score is 0 or 1, in [0, 1]; others score the mean
     *     of their model
     */
    static double ofAllAnswers(double[] means, double spread) {
        double[] rising = means.clone();
        Arrays.sort(rising);
        double noneIsRight = 1;
        double otherwise = 0;
        for (double mean : rising) {
            // As expected, it is the best so far, unless one is right; and if it is 0, the others
            // count.
            otherwise = (1 - spread) * mean * noneIsRight + spread * (1 - mean) * otherwise;
            noneIsRight *= 1 - spread * mean;
        }
        return 1 - noneIsRight + otherwise;
    }
}
