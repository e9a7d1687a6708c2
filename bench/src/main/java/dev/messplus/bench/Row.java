package dev.messplus.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * A row of the table: one figure, measured several times.
 *
 * @param what is measured
 * @param unit of the values
 * @param values one for each round; empty if it could not be measured
 * @param note what a reader has to know; may be empty
 */
public record Row(String what, String unit, double[] values, String note) {

    private static final double WHOLE_FROM = 100;

    /** The median. */
    public double median() {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return Quantiles.of(sorted, 0.5);
    }

    /** The median, and the least and the greatest value if there are several. */
    String figure() {
        if (values.length == 0) {
            return "not measured";
        }
        double least = Arrays.stream(values).min().orElseThrow();
        double greatest = Arrays.stream(values).max().orElseThrow();
        return values.length == 1
                ? text(least)
                : text(median()) + " (" + text(least) + " to " + text(greatest) + ")";
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= WHOLE_FROM ? "%,.0f" : "%.3g", value);
    }
}
