package dev.messplus.energy.ledger;

/** Mean and variance of a figure, weighted towards recent values. Not thread safe. */
final class Smoothed {

    private long count;
    private double mean;
    private double variance;

    /** Moves a smoothed figure by a weight towards a value; {@code NaN} becomes the value. */
    static double towards(double smoothed, double value, double weight) {
        return Double.isNaN(smoothed) ? value : smoothed + weight * (value - smoothed);
    }

    void add(double value) {
        count++;
        double weight = Math.max(1.0 / count, LedgerConstants.POWER_SMOOTHING);
        double off = value - mean;
        mean += weight * off;
        variance = (1 - weight) * (variance + weight * off * off);
    }

    boolean isKnown() {
        return count > 0;
    }

    long count() {
        return count;
    }

    /** 0 without any value. */
    double mean() {
        return mean;
    }

    double variance() {
        return variance;
    }
}
