package dev.messplus.core.baseline;

import dev.messplus.core.AnswerPlan;
import java.util.List;

/**
 * The average score that a zoo reaches if every model answers every request and the best answer is
 * served: no promise can be higher, in whatever order models are asked.
 *
 * @param estimate the score to expect, in [0, 1]
 * @param bound what it is at most, in [0, 1]; the estimate itself if it is known
 */
public record BestOfAll(double estimate, double bound) {

    /**
     * The best of all answers to recorded requests, which is known.
     *
     * @param scores of all models for each request, in [0, 1]; at least one of each
     */
    public static BestOfAll recorded(List<double[]> scores) {
        double sum = 0;
        for (double[] ofRequest : scores) {
            double best = 0;
            for (double score : ofRequest) {
                best = Math.max(best, score);
            }
            sum += best;
        }
        return new BestOfAll(sum / scores.size(), sum / scores.size());
    }

    /**
     * The best of all answers as far as it can be known from means. The estimate takes all prompts
     * to be alike: where they differ by more than a correlation says, it is too high. The bound is
     * the sum of the means, which holds however scores depend on each other.
     *
     * @param means of the models' scores, in [0, 1]; at least one
     * @param spread variance of scores over what it would be if each were 0 or 1, in [0, 1]
     * @param correlation of the errors of forecasts for one prompt, in [0, 1)
     */
    public static BestOfAll expected(double[] means, double spread, double correlation) {
        double[] none = new double[means.length];
        var all = new AnswerPlan(none, means, none, spread, correlation, 1);
        double bound = 0;
        for (double mean : means) {
            bound += mean;
        }
        return new BestOfAll(all.expectedScore(means.length), Math.min(1, bound));
    }
}
