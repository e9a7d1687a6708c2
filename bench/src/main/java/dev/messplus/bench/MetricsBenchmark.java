package dev.messplus.bench;

import dev.messplus.metrics.Histograms;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a histogram costs a request, and a scrape of it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MetricsBenchmark {

    private static final double[] QUANTILES = {.5, .75, .95, .98, .99, .999};
    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final Histogram histogram = Histograms.recent();
    private long value;

    /** Fills the window with values in no order. */
    @Setup
    public void fill() {
        for (int i = 0; i < 10_000; i++) {
            update();
        }
    }

    /** A request adds its time to the histogram. */
    @Benchmark
    public void update() {
        value += MULTIPLIER;
        histogram.update(value >>> 50);
    }

    /** Prometheus reads the quantiles that Flink shows. */
    @Benchmark
    public double scrape() {
        HistogramStatistics statistics = histogram.getStatistics();
        double sum = 0;
        for (double quantile : QUANTILES) {
            sum += statistics.getQuantile(quantile);
        }
        return sum;
    }
}
