package dev.messplus.replay;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A figure over seeds.
 *
 * @param mean over seeds
 * @param ci95 half the width of the 95% confidence interval of the mean, by Student's t
 *     distribution; {@code NaN} with one seed
 * @param min least value of any seed
 * @param max largest value of any seed
 */
public record Estimate(double mean, double ci95, double min, double max) {

    private static final double UPPER = 0.975;

    /** The figure, from those of each seed; at least one. */
    public static Estimate of(double[] values) {
        var statistics = new SummaryStatistics();
        Arrays.stream(values).forEach(statistics::addValue);
        return new Estimate(
                statistics.getMean(),
                halfWidth(statistics),
                statistics.getMin(),
                statistics.getMax());
    }

    private static double halfWidth(SummaryStatistics statistics) {
        long n = statistics.getN();
        if (n < 2) {
            return Double.NaN;
        }
        // Rounding can give equal values a small variance.
        double deviation =
                statistics.getMax() == statistics.getMin() ? 0 : statistics.getStandardDeviation();
        return new TDistribution(n - 1).inverseCumulativeProbability(UPPER)
                * deviation
                / Math.sqrt((double) n);
    }
}
