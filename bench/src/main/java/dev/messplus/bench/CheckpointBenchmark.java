package dev.messplus.bench;

import dev.messplus.bench.RouteDriver.Checkpoint;
import dev.messplus.bench.RouteDriver.Load;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a checkpoint takes while many requests wait for their labels, and what it does to the
 * latency of requests. The operator {@code route} runs on one thread. Once that many requests wait,
 * requests come at a steady rate, and so do labels, each of the request that waits longest.
 *
 * <p>The latency of a request is the time from when it is due until it is decided. The calls of
 * model servers and Kafka are left out, which take far longer. A request is due during a checkpoint
 * if one has begun and is not complete.
 */
final class CheckpointBenchmark {

    private static final int MODELS = 4;
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Requests that pass at the steady rate before the first that counts, in seconds. */
    private static final int SETTLE_SECONDS = 15;

    private static final double MILLIS = 1e6;
    private static final double MEBIBYTE = 1 << 20;

    private final int perSecond;
    private final int first;
    private final double[] latencyMillis;
    private final List<Checkpoint> taken = new ArrayList<>();
    private long startNanos;

    private CheckpointBenchmark(int perSecond, int seconds) {
        this.perSecond = perSecond;
        first = perSecond * SETTLE_SECONDS;
        latencyMillis = new double[first + perSecond * seconds];
    }

    /** Prints what checkpoints took, and latencies during them and between them. */
    static void run(int pending, int perSecond, int seconds) throws Exception {
        CheckpointBenchmark benchmark = new CheckpointBenchmark(perSecond, seconds);
        try (RouteDriver route = new RouteDriver(new Load(MODELS, 1, 1, pending))) {
            route.fill();
            benchmark.measure(route);
        }
        System.out.printf("%d wait, %d requests a second, ", pending, perSecond);
        benchmark.print();
    }

    private void measure(RouteDriver route) throws Exception {
        startNanos = System.nanoTime();
        long nextNanos = startNanos + INTERVAL_NANOS;
        RouteDriver.Writing writing = null;
        for (int i = 0; i < latencyMillis.length; i++) {
            if (writing != null && writing.endNanos().isDone()) {
                taken.add(route.complete(writing));
                writing = null;
            }
            if (writing == null && System.nanoTime() >= nextNanos) {
                writing = route.beginCheckpoint();
                nextNanos += INTERVAL_NANOS;
            }
            while (System.nanoTime() < dueNanos(i)) {
                Thread.sleep(0, 100_000);
            }
            route.step();
            latencyMillis[i] = (System.nanoTime() - dueNanos(i)) / MILLIS;
        }
        if (writing != null) {
            taken.add(route.complete(writing));
        }
        taken.removeIf(one -> one.startNanos() < dueNanos(first));
    }

    /** When a request of the steady rate is due. */
    private long dueNanos(int request) {
        return startNanos + request * TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    private void print() {
        System.out.printf("%d checkpoints%n", taken.size());
        System.out.printf(
                "state %.1f MiB, new %.1f MiB, stands still %.0f ms, takes %.0f ms%n",
                median(Checkpoint::bytes) / MEBIBYTE,
                median(Checkpoint::newBytes) / MEBIBYTE,
                median(Checkpoint::stillMillis),
                median(Checkpoint::millis));
        print("between checkpoints", latencies(false));
        print("during checkpoints", latencies(true));
        print("all", Arrays.copyOfRange(latencyMillis, first, latencyMillis.length));
    }

    private double[] latencies(boolean during) {
        return IntStream.range(first, latencyMillis.length)
                .filter(i -> during == taken.stream().anyMatch(one -> one.contains(dueNanos(i))))
                .mapToDouble(i -> latencyMillis[i])
                .toArray();
    }

    private double median(ToDoubleFunction<Checkpoint> figure) {
        double[] values = taken.stream().mapToDouble(figure).sorted().toArray();
        return values.length == 0 ? Double.NaN : Quantiles.of(values, 0.5);
    }

    private static void print(String what, double[] millis) {
        Arrays.sort(millis);
        if (millis.length == 0) {
            System.out.printf("%s: none%n", what);
            return;
        }
        System.out.printf(
                "%-20s %7d requests, p50 %.2f ms, p99 %.2f ms, most %.1f ms%n",
                what,
                millis.length,
                Quantiles.of(millis, 0.5),
                Quantiles.of(millis, 0.99),
                millis[millis.length - 1]);
    }
}
