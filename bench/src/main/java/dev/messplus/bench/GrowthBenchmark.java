package dev.messplus.bench;

import dev.messplus.bench.RouteDriver.Checkpoint;
import dev.messplus.bench.RouteDriver.Figures;
import dev.messplus.bench.RouteDriver.Load;
import dev.messplus.report.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.apache.flink.configuration.Configuration;

/**
 * How the cost of the operator {@code route} grows with the requests it has had, with its SLAs,
 * their shards, models, and requests that wait for labels. Each row changes one of these; the
 * others are one SLA of one shard, four models, and 1,000 that wait. The figure is the CPU time of
 * the operator's thread for a request, with shards that of {@code share} included. Beside it are
 * the bytes of a checkpoint, and how long the operator stands still for it.
 */
final class GrowthBenchmark {

    private static final int MODELS = 4;
    private static final int WAITING = 1_000;
    private static final int[] REQUESTS = {10_000, 100_000, 1_000_000, 10_000_000};
    private static final int[] SLAS = {1, 100, 1_000, 10_000};
    private static final int[] SHARDS = {2, 4, 8};
    private static final int[] ZOOS = {2, 4, 16, 64};
    private static final int[] PENDING = {1_000, 10_000, 100_000, 1_000_000};

    /** This many requests have the JVM compile what is measured. */
    private static final int WARM_REQUESTS = 100_000;

    /** Requests that a row measures. */
    private static final int MEASURED = 50_000;

    /** What is left of all sizes in a quick run. */
    private static final int QUICK_PART = 100;

    private static final double MEBIBYTE = 1 << 20;

    private final List<Row> rows = new ArrayList<>();
    private final int most;
    private final int measured;
    private final Progress progress;

    private GrowthBenchmark(int most, int measured, Progress progress) {
        this.most = most;
        this.measured = measured;
        this.progress = progress;
    }

    /** Number of steps of {@link #measure}, each of them some rows. */
    static final int STEPS = 6;

    /** Prints all rows, up to that many requests. */
    static void run(int requests) throws Exception {
        try (Progress none = Progress.of("growth", STEPS, false, System.err)) {
            for (Row row : new GrowthBenchmark(requests, MEASURED, none).measure()) {
                System.out.printf(
                        "%-40s %6s %s, %s%n", row.what(), row.figure(), row.unit(), row.note());
            }
        }
    }

    /** All rows, or with {@code quick} those with the smallest sizes. */
    static List<Row> measure(boolean quick, Progress progress) throws Exception {
        int part = quick ? QUICK_PART : 1;
        return new GrowthBenchmark(1_000_000 / part, MEASURED / part, progress).measure();
    }

    private List<Row> measure() throws Exception {
        try (RouteDriver warm = new RouteDriver(new Load(MODELS, 1, 1, WAITING))) {
            warm.pass(Math.min(most, WARM_REQUESTS));
        }
        growInRequests();
        progress.step();
        for (int slas : SLAS) {
            row(slas + " SLAs", new Load(MODELS, slas, 1, WAITING));
        }
        progress.step();
        for (int shards : SHARDS) {
            row(shards + " shards, with share", new Load(MODELS, 1, shards, WAITING));
        }
        progress.step();
        for (int models : ZOOS) {
            row(models + " models", new Load(models, 1, 1, WAITING));
        }
        progress.step();
        for (int waiting : PENDING) {
            row(waiting + " wait", new Load(MODELS, 1, 1, waiting));
        }
        progress.step();
        Path remote = Files.createTempDirectory("forst");
        try {
            for (int waiting : PENDING) {
                row(waiting + " wait, ForSt", new Load(MODELS, 1, 1, waiting), forSt(remote));
            }
        } finally {
            FileUtils.deleteDirectory(remote.toFile());
        }
        progress.step();
        return rows;
    }

    private void growInRequests() throws Exception {
        try (RouteDriver route = new RouteDriver(new Load(MODELS, 1, 1, WAITING))) {
            for (int requests : REQUESTS) {
                if (requests <= most) {
                    int last = Math.min(measured, requests / 2);
                    route.pass(requests - last - route.sent());
                    add("after " + requests + " requests", route, last);
                }
            }
        }
    }

    /** State whose files are elsewhere, here in a local folder. */
    private static Configuration forSt(Path remote) {
        return Configuration.fromMap(
                Map.of(
                        "state.backend.type", "forst",
                        "state.backend.forst.sync.enforce-local", "false",
                        "state.backend.forst.primary-dir", remote.toUri().toString()));
    }

    private void row(String what, Load load) throws Exception {
        row(what, load, new Configuration());
    }

    private void row(String what, Load load, Configuration flink) throws Exception {
        if (Math.max(load.slas(), load.waiting()) > most) {
            return;
        }
        try (RouteDriver route = new RouteDriver(load, flink)) {
            route.fill();
            // Each SLA has had two requests at least.
            route.pass(Math.max(load.slas(), measured / 2));
            add(what, route, measured);
        }
    }

    private void add(String what, RouteDriver route, int requests) throws Exception {
        Figures figures = route.measure(requests);
        Checkpoint checkpoint = route.checkpoint();
        rows.add(
                new Row(
                        "route, " + what + ": CPU",
                        "µs a request",
                        new double[] {figures.cpuMicros()},
                        String.format(
                                Locale.ROOT,
                                "state %.1f MiB, a checkpoint stands still for %.0f ms",
                                checkpoint.bytes() / MEBIBYTE,
                                checkpoint.stillMillis())));
    }
}
