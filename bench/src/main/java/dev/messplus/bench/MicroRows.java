package dev.messplus.bench;

import dev.messplus.embed.Embedders;
import dev.messplus.report.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the parts of routing on one thread: decision, learning, embedding and {@code route}, and
 * growth.
 */
final class MicroRows {

    /** How many figures are measured. */
    static final int STEPS = 5 + GrowthBenchmark.STEPS;

    private static final String ALLOCATED = "gc.alloc.rate.norm";
    private static final double NANOS = 1e9;
    private static final double MICROS = 1e6;
    private static final int MODELS = 4;
    private static final int WAITING = 1_000;

    private final boolean quick;

    MicroRows(boolean quick) {
        this.quick = quick;
    }

    /** Measures all rows. */
    List<Row> measure(Progress progress) throws Exception {
        List<Row> rows = new ArrayList<>();
        BenchmarkResult decision = jmh("DecisionBenchmark.decide", "models", "4");
        rows.add(perSecond("decision, 4 models, each probe judged", NANOS, decision));
        rows.add(allocated("the same: allocated", decision));
        progress.step();
        rows.add(
                perSecond(
                        "decision, 4 models, no probe",
                        NANOS,
                        jmh("DecisionBenchmark.decideWithoutProbe", "models", "4")));
        progress.step();
        rows.add(
                perSecond(
                        "learning from a label, 4 models",
                        NANOS,
                        jmh("DecisionBenchmark.learn", "models", "4")));
        progress.step();
        rows.add(
                perSecond(
                        "embedding, static, 80 words",
                        MICROS,
                        jmh("EmbeddingBenchmark.features", "model", Embedders.STATIC)));
        progress.step();
        RouteDriver.Figures route =
                RouteDriver.measure(
                        new RouteDriver.Load(MODELS, 1, 1, WAITING), quick ? 10_000 : 500_000);
        rows.add(
                new Row(
                        "route on RocksDB, one thread, by CPU time",
                        "requests/s",
                        new double[] {MICROS / route.cpuMicros()},
                        ""));
        rows.add(
                new Row(
                        "the same by the clock",
                        "requests/s",
                        new double[] {route.perSecond()},
                        ""));
        progress.step();
        rows.addAll(GrowthBenchmark.measure(quick, progress));
        return rows;
    }

    private BenchmarkResult jmh(String name, String parameter, String value)
            throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include(name.replace(".", "\\.") + "$")
                        .param(parameter, value)
                        .forks(1)
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT);
        if (quick) {
            options.warmupIterations(1)
                    .warmupTime(TimeValue.milliseconds(200))
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(200));
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        return results.iterator().next().getAggregatedResult();
    }

    /** Operations a second on one thread, from the time of one. */
    private static Row perSecond(String what, double unitsASecond, BenchmarkResult result) {
        double[] values =
                result.getIterationResults().stream()
                        .mapToDouble(it -> unitsASecond / it.getPrimaryResult().getScore())
                        .toArray();
        return new Row(what, "/s and core", values, "");
    }

    private static Row allocated(String what, BenchmarkResult result) {
        double[] values =
                result.getIterationResults().stream()
                        .map(IterationResult::getSecondaryResults)
                        .mapToDouble(secondary -> secondary.get(ALLOCATED).getScore())
                        // The iterations' own bookkeeping shows as a fraction of a byte.
                        .map(Math::rint)
                        .toArray();
        return new Row(what, "bytes", values, "");
    }
}
