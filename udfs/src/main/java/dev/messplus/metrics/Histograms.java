package dev.messplus.metrics;

import org.apache.flink.metrics.Histogram;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * Histograms as Flink's own: quantiles of the last values, which any thread may add, and any other
 * read. An update is a store under a lock; a read copies and sorts the window.
 */
public final class Histograms {

    /** Values that a histogram is made of: enough for the 99th percentile; 8 KB. */
    public static final int WINDOW = 1_024;

    private Histograms() {}

    /** A histogram of the last {@value #WINDOW} values. */
    public static Histogram recent() {
        return new DescriptiveStatisticsHistogram(WINDOW);
    }
}
