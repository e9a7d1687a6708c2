package dev.messplus.bench;

import dev.messplus.bench.RouteDriver.Figures;
import dev.messplus.bench.RouteDriver.Load;

/**
 * Measures what the operator {@code route} costs per request on one thread, by {@link RouteDriver},
 * with four models. Rows differ in the requests that wait for labels, and in the number of SLAs.
 * Prints the rate by CPU time beside the one by the clock, because other processes do not slow it
 * down.
 */
final class RouteBenchmark {

    private static final int MODELS = 4;

    private RouteBenchmark() {}

    /** Prints a row for each of some numbers of waiting requests and of SLAs. */
    static void run(int requests) throws Exception {
        System.out.printf(
                "%9s %7s %10s %10s %12s %10s %14s%n",
                "waiting", "SLAs", "requests", "CPU us", "per CPU s", "per s", "checkpoint ms");
        row(requests, 1_000, 1);
        row(requests, 100_000, 1);
        row(requests, 1_000, 1_000);
        // More than the heap holds: most elements load their SLA from RocksDB.
        row(requests / 20, 1_000, 10_000);
    }

    private static void row(int requests, int waiting, int slas) throws Exception {
        Figures figures = measure(requests, waiting, slas);
        System.out.printf(
                "%9d %7d %10d %10.2f %12.0f %10.0f %14.1f%n",
                waiting,
                slas,
                requests,
                figures.cpuMicros(),
                1e6 / figures.cpuMicros(),
                figures.perSecond(),
                figures.checkpointMillis());
    }

    /**
     * Measures requests after half as many to warm up.
     *
     * @param waiting requests that wait for their label at a time
     * @param slas number of SLAs, which the requests are of in turn
     */
    static Figures measure(int requests, int waiting, int slas) throws Exception {
        try (RouteDriver route = new RouteDriver(new Load(MODELS, slas, waiting))) {
            route.fill();
            route.pass(requests / 2);
            return route.measure(requests);
        }
    }
}
