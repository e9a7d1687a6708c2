package dev.messplus.bench;

/** Quantiles of what a benchmark measured. */
public final class Quantiles {

    private Quantiles() {}

    /** The least of the sorted values that a share {@code q} of them, above 0, does not exceed. */
    public static double of(double[] sorted, double q) {
        return sorted[(int) Math.ceil(q * sorted.length) - 1];
    }
}
