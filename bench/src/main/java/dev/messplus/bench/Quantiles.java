package dev.messplus.bench;

/** Quantiles of what a benchmark measured. */
final class Quantiles {

    private Quantiles() {}

    /** The least of the sorted values that a share {@code q} of them, above 0, does not exceed. */
    static double of(double[] sorted, double q) {
        return sorted[(int) Math.ceil(q * sorted.length) - 1];
    }
}
