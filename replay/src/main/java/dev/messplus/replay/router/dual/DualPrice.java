package dev.messplus.replay.router.dual;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;

/**
 * The dual price of an average score: the least lambda, in joules per unit of score, at which
 * serving argmin_m E_m - lambda Ahat_m on each of some prompts reaches the average. It solves the
 * dual of the linear program "least energy with a mean score of at least alpha".
 */
final class DualPrice {

    private static final int HALVINGS = 60;

    private final double[] joules;

    /**
     * Prices for a zoo.
     *
     * @param joules E_m, mean joules of each model
     */
    DualPrice(double[] joules) {
        this.joules = joules;
    }

    /** argmin_m E_m - lambda Ahat_m; of two alike the one of higher score. */
    int model(double[] scores, double lambda) {
        int best = 0;
        for (int m = 1; m < joules.length; m++) {
            double gain = lambda * (scores[m] - scores[best]) - (joules[m] - joules[best]);
            if (gain > 0 || (gain == 0 && scores[m] > scores[best])) {
                best = m;
            }
        }
        return best;
    }

    /**
     * The price for {@code alpha}.
     *
     * @param prompts scores of every model on each prompt, at least one prompt
     * @return the least price to reach alpha, or one at which hardly anything but scores counts if
     *     no price does
     */
    double solve(List<double[]> prompts, double alpha) {
        if (average(prompts, 0) >= alpha) {
            return 0;
        }
        double low = 0;
        // A thousandth of a point of score is worth the most expensive answer.
        double high = 1_000 * StatUtils.max(joules);
        if (average(prompts, high) < alpha) {
            return high;
        }
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (average(prompts, middle) >= alpha) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    private double average(List<double[]> prompts, double lambda) {
        return prompts.stream()
                .mapToDouble(scores -> scores[model(scores, lambda)])
                .average()
                .orElseThrow();
    }
}
