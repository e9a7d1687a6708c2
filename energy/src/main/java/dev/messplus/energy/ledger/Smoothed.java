package dev.messplus.energy.ledger;

/** Mean and variance of a figure, weighted towards recent values. Not thread safe. */
final class Smoothed {

    private final double minWeight;
    private long count;
    private double mean;
    private double variance;

    /**
     * Without any value.
     *
     * @param minWeight weight of each value once there are more than its inverse
     */
    Smoothed(double minWeight) {
        this.minWeight = minWeight;
    }

    /** Moves a smoothed figure by a weight towards a value; {@code NaN} becomes the value. */
    static double towards(double smoothed, double value, double weight) {
        return Double.isNaN(smoothed) ? value : smoothed + weight * (value - smoothed);
    }

    void add(double value) {
        count++;
        double weight = Math.max(1.0 / count, minWeight);
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
