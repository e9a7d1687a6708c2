package dev.messplus.energy.ledger;

/** Mean and variance of a figure, weighted towards recent values. Not thread safe. */
final class Smoothed {

    private final double leastWeight;
    private long count;
    private double mean;
    private double variance;

    /**
     * Without any value.
     *
     * @param leastWeight weight of each value once there are more than its inverse
     */
    Smoothed(double leastWeight) {
        this.leastWeight = leastWeight;
    }

    void add(double value) {
        count++;
        double weight = Math.max(1.0 / count, leastWeight);
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
