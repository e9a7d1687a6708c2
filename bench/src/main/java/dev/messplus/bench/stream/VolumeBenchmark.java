package dev.messplus.bench.stream;

import dev.messplus.bench.Quantiles;
import dev.messplus.bench.stream.Load.Stretch;
import dev.messplus.bench.stream.Stage.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.util.function.ThrowingConsumer;

/**
 * Measures the stream as users run it: how many requests a second one SLA gets through servers that
 * take their time, what large prompts do to the heap, what an idle job adds to a request's time,
 * and how many records {@code route} reads for a request. Each row starts a cluster of its own.
 */
public final class VolumeBenchmark {

    private static final int SETTLE_SECONDS = 20;

    /** At full load, the compilers take a third of two cores in the first of these minutes. */
    private static final int WARM_SECONDS = 180;

    private static final Duration DRAIN = Duration.ofMinutes(3);

    /** Open requests: more than any budget of the job, so that some always wait on Kafka. */
    private static final int OPEN = 12_000;

    /** The same for large prompts: 400 MB on Kafka, several times what the job may hold. */
    private static final int OPEN_LARGE = 4_000;

    /** What servers take for an answer beside the plain job, in milliseconds. */
    private static final long BESIDE_MILLIS = 100;

    private static final List<Integer> BESIDE_OPEN = List.of(128, 256, 512);

    private static final int BESIDE_ROUNDS = 3;

    private static final int LARGE_PROMPT_CHARS = 100_000;
    private static final int PROMPT_CHARS = 400;
    private static final int IDLE_PER_SECOND = 100;

    private static final Map<String, ThrowingConsumer<Integer, Exception>> ROWS =
            new TreeMap<>(
                    Map.of(
                            "slow-servers", VolumeBenchmark::slowServers,
                            "fast-servers", VolumeBenchmark::fastServers,
                            "beside-plain", VolumeBenchmark::besidePlain,
                            "large-prompts", VolumeBenchmark::largePrompts,
                            "idle", VolumeBenchmark::idle,
                            "many-models", VolumeBenchmark::manyModels));

    private VolumeBenchmark() {}

    /**
     * Measures and prints rows.
     *
     * @param rows names of the rows, comma-separated; {@code all} for all of them
     * @param seconds for which each row is measured
     */
    public static void run(String rows, int seconds) throws Exception {
        for (String row : rows.equals("all") ? ROWS.keySet() : List.of(rows.split(","))) {
            if (!ROWS.containsKey(row)) {
                throw new IllegalArgumentException(
                        "-Dvolume.rows: must be all, or some of %s, was %s"
                                .formatted(String.join(",", ROWS.keySet()), row));
            }
            ROWS.get(row).accept(seconds);
        }
    }

    private static void slowServers(int seconds) throws Exception {
        Settings settings = new Settings("slow-servers", 2_000, 2, false, Map.of());
        try (Stage run = new Stage(settings);
                Load load = run.load(Stage.MESS, PROMPT_CHARS)) {
            load.sendOpen(OPEN, WARM_SECONDS);
            List<Long> embeddedBefore = run.recordsRead("embed");
            Duration cpuBefore = run.taskManagerCpu();
            Stretch stretch = load.sendOpen(OPEN, seconds);
            Duration cpu = run.taskManagerCpu().minus(cpuBefore);
            System.out.printf(
                    "slow-servers: %.0f requests/s, TaskManager CPU %.0f us a request, embed read %s then %s, failed %d%n",
                    stretch.perSecond(),
                    cpu.toNanos() / 1e3 / stretch.answered(),
                    embeddedBefore,
                    run.recordsRead("embed"),
                    load.failed());
        }
    }

    /** What a request costs the job, while its servers answer immediately. */
    private static void fastServers(int seconds) throws Exception {
        Settings settings = new Settings("fast-servers", 0, 2, false, Map.of());
        try (Stage run = new Stage(settings);
                Load load = run.load(Stage.MESS, PROMPT_CHARS)) {
            load.sendOpen(OPEN, WARM_SECONDS);
            Duration cpuBefore = run.taskManagerCpu();
            Stretch stretch = load.sendOpen(OPEN, seconds);
            System.out.printf(
                    "fast-servers: %.0f requests/s, TaskManager CPU %.1f us a request, failed %d%n",
                    stretch.perSecond(),
                    run.taskManagerCpu().minus(cpuBefore).toNanos() / 1e3 / stretch.answered(),
                    load.failed());
        }
    }

    /** MESS+ and the plain job in turn, with fewer requests open than either may call at once. */
    private static void besidePlain(int seconds) throws Exception {
        Settings settings = new Settings("beside-plain", BESIDE_MILLIS, 2, true, Map.of());
        try (Stage run = new Stage(settings);
                Load mess = run.load(Stage.MESS, PROMPT_CHARS);
                Load plain = run.load(Stage.PLAIN, PROMPT_CHARS)) {
            for (Load load : List.of(mess, plain)) {
                load.sendOpen(BESIDE_OPEN.get(BESIDE_OPEN.size() - 1), WARM_SECONDS);
                load.drain(DRAIN, run::requireRunning);
            }
            for (int open : BESIDE_OPEN) {
                for (int round = 0; round < BESIDE_ROUNDS; round++) {
                    double ofMess = perSecond(run, mess, open, seconds);
                    double ofPlain = perSecond(run, plain, open, seconds);
                    System.out.printf(
                            "beside-plain: servers of %d ms, %d open: MESS+ %.0f requests/s, plain job %.0f, ratio %.3f, failed %d and %d%n",
                            BESIDE_MILLIS,
                            open,
                            ofMess,
                            ofPlain,
                            ofMess / ofPlain,
                            mess.failed(),
                            plain.failed());
                }
            }
            run.requireNeverFailed();
        }
    }

    private static double perSecond(Stage run, Load load, int open, int seconds) throws Exception {
        double perSecond = load.sendOpen(open, seconds).perSecond();
        load.drain(DRAIN, run::requireRunning);
        return perSecond;
    }

    private static void largePrompts(int seconds) throws Exception {
        Settings settings =
                new Settings(
                        "large-prompts",
                        2_000,
                        2,
                        false,
                        Map.of("taskmanager.memory.process.size", "1728m"));
        try (Stage run = new Stage(settings);
                Load load = run.load(Stage.MESS, LARGE_PROMPT_CHARS)) {
            load.sendOpen(OPEN_LARGE, SETTLE_SECONDS);
            Stretch stretch = load.sendOpen(OPEN_LARGE, seconds);
            load.drain(DRAIN, run::requireRunning);
            System.out.printf(
                    "large-prompts: %.0f requests/s, failed %d, the job %s%n",
                    stretch.perSecond(),
                    load.failed(),
                    run.neverFailed() ? "never failed" : "FAILED");
        }
    }

    private static void idle(int seconds) throws Exception {
        Settings settings = new Settings("idle", 0, 2, false, Map.of());
        try (Stage run = new Stage(settings);
                Load load = run.load(Stage.MESS, PROMPT_CHARS)) {
            // A job that idles has run for long. At its low rate, the compilers would take minutes.
            load.sendOpen(OPEN, WARM_SECONDS);
            load.drain(DRAIN, run::requireRunning);
            load.sendAt(IDLE_PER_SECOND, SETTLE_SECONDS);
            long from = load.sent();
            load.sendAt(IDLE_PER_SECOND, seconds);
            load.drain(DRAIN, run::requireRunning);
            double[] millis = load.millisFrom(from);
            System.out.printf(
                    "idle: %d requests/s, end to end p50 %.1f ms, p95 %.1f ms, p99 %.1f ms, failed %d%n",
                    IDLE_PER_SECOND,
                    Quantiles.of(millis, 0.5),
                    Quantiles.of(millis, 0.95),
                    Quantiles.of(millis, 0.99),
                    load.failed());
        }
    }

    private static void manyModels(int seconds) throws Exception {
        Settings settings = new Settings("many-models", 0, 64, false, Map.of());
        try (Stage run = new Stage(settings);
                Load load = run.load(Stage.MESS, PROMPT_CHARS)) {
            load.sendOpen(OPEN, SETTLE_SECONDS);
            load.drain(DRAIN, run::requireRunning);
            long requestsBefore = load.sent();
            long readBefore = sum(run.recordsRead("route"));
            Stretch stretch = load.sendOpen(OPEN, seconds);
            load.drain(DRAIN, run::requireRunning);
            double requests = load.sent() - requestsBefore;
            System.out.printf(
                    "many-models: %.0f requests/s, %.2f records into route a request, failed %d%n",
                    stretch.perSecond(),
                    (sum(run.recordsRead("route")) - readBefore) / requests,
                    load.failed());
        }
    }

    private static long sum(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).sum();
    }
}
