package dev.messplus.bench;

import dev.messplus.core.baseline.BaselineEstimate;
import dev.messplus.core.zoo.ModelState;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What a histogram costs a request, and what a scrape costs. */
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

    /** A zoo. */
    @State(Scope.Benchmark)
    public static class Models {

        /** Number of models. */
        @Param({"4", "64"})
        public int models;

        private ModelState[] known;

        /** Each model is better and dearer than the one before. */
        @Setup
        public void set() {
            known = new ModelState[models];
            for (int i = 0; i < models; i++) {
                known[i] = new ModelState();
                known[i].accuracy.labels = 1_000;
                known[i].accuracy.mean = (i + 1.0) / (models + 1);
                known[i].energy.measurements = 1_000;
                known[i].energy.meanJoules = 1 + i * i;
            }
        }
    }

    /** Fills the window with values in no order. */
    @Setup
    public void fill() {
        for (int i = 0; i < 10_000; i++) {
            update();
        }
    }

    /** A request tells the histogram its time. */
    @Benchmark
    public void update() {
        value += MULTIPLIER;
        histogram.update(value >>> 50);
    }

    /** The same by two threads at once. */
    @Benchmark
    @Threads(2)
    public void updateByTwoThreads() {
        update();
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

    /** The gauge of the best static mix is read. */
    @Benchmark
    public double staticMix(Models zoo) {
        return BaselineEstimate.staticMixJoules(zoo.known, .7);
    }
}
