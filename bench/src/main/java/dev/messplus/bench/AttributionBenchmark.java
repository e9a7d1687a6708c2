package dev.messplus.bench;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.ledger.SimulatedGpu;
import dev.messplus.energy.ledger.SimulatedGpu.Call;
import dev.messplus.energy.ledger.SimulatedGpu.Setup;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Compares what calls are charged with what they took, on a simulated GPU of 70 W idle and, unless
 * a row says otherwise, 600 W busy, whose counter moves in steps and is read now and then. Time is
 * simulated; phases, pauses and lengths are random. Each row is run with 40 seeds.
 */
final class AttributionBenchmark {

    private static final int SEEDS = 40;

    /** Calls at the begin of a run that the ledger learns from. */
    private static final int WARM_UP = 20;

    private AttributionBenchmark() {}

    /**
     * Measures all rows.
     *
     * @param calls of each run
     */
    static void run(int calls) {
        System.out.printf(
                "%-64s %-26s %-26s %-17s %7s %7s%n",
                "charged / true",
                "settled: mean of 40 runs",
                "at once: mean of 40 runs",
                "settled: one call",
                "within",
                "within");
        for (int millis : List.of(100, 200, 500)) {
            row("lone, %d ms; steps 100 ms, read 50 ms", millis, 100, 50, calls);
        }
        for (int millis : List.of(500, 2_000, 5_000)) {
            row("lone, %d ms; steps 1 s, read 1 s", millis, 1_000, 1_000, calls);
        }
        row("lone, %d ms; steps 30 s, read 1 s", 2_000, 30_000, 1_000, calls);
        row(
                "bursts of 10 calls after idle; steps 30 s, read 1 s",
                Setup.squareWaves(30_000, 1_000),
                (gpu, random) -> bursts(gpu, random, calls));
        for (double load : List.of(0.5, 8.0)) {
            for (long step : List.of(100L, 1_000L, 30_000L)) {
                long read = Math.min(1_000, step / 2);
                row(
                        "%.1f calls of .2 to 3.8 s at a time; steps %d ms, read %d ms"
                                .formatted(load, step, read),
                        Setup.squareWaves(step, read),
                        (gpu, random) -> overlaps(gpu, random, calls, load));
            }
        }
        for (long step : List.of(100L, 1_000L, 30_000L)) {
            long read = Math.min(1_000, step / 2);
            row(
                    "2.0 at a time, 200 W and 50 W per call; steps %d ms, read %d ms"
                            .formatted(step, read),
                    new Setup(70, open -> 200 + 50 * open.size(), step, read, Attribution.INFLIGHT),
                    (gpu, random) -> overlaps(gpu, random, calls, 2));
        }
        decodeBesidePrefills();
        conservation();
    }

    private static void row(String text, int millis, int step, int read, int calls) {
        row(
                text.formatted(millis),
                Setup.squareWaves(step, read),
                (gpu, random) -> alone(gpu, random, calls, millis, step));
    }

    private static void row(
            String text, Setup setup, ToDoubleBiFunction<SimulatedGpu, Random> traffic) {
        DoubleSummaryStatistics settled = new DoubleSummaryStatistics();
        DoubleSummaryStatistics atOnce = new DoubleSummaryStatistics();
        DoubleSummaryStatistics one = new DoubleSummaryStatistics();
        long within = 0;
        long withinAtOnce = 0;
        long all = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            List<Call> calls = run(setup, traffic, seed);
            settled.accept(sum(calls, Call::settledJoules) / sum(calls, call -> call.trueJoules));
            List<Call> known =
                    calls.stream().filter(call -> !Double.isNaN(call.atEnd.joules())).toList();
            atOnce.accept(
                    sum(known, call -> call.atEnd.joules()) / sum(known, call -> call.trueJoules));
            for (Call call : calls) {
                one.accept(call.settledJoules() / call.trueJoules);
                within += call.settledIsWithinUncertainty() ? 1 : 0;
                withinAtOnce += call.atEndIsWithinUncertainty() ? 1 : 0;
                all++;
            }
        }
        System.out.printf(
                "%-64s %-26s %-26s %-17s %5.1f %% %5.1f %%%n",
                text,
                shown(settled),
                shown(atOnce),
                "%.2f to %.2f".formatted(one.getMin(), one.getMax()),
                100.0 * within / all,
                100.0 * withinAtOnce / all);
    }

    private static String shown(DoubleSummaryStatistics means) {
        return "%.3f (%.3f to %.3f)".formatted(means.getAverage(), means.getMin(), means.getMax());
    }

    /** The calls of a run; {@code traffic} plans them and returns when the last one ends, in ms. */
    private static List<Call> run(
            Setup setup, ToDoubleBiFunction<SimulatedGpu, Random> traffic, long seed) {
        SimulatedGpu gpu = new SimulatedGpu(setup, seed);
        gpu.runUntil(traffic.applyAsDouble(gpu, new Random(seed)) + 4 * setup.stepMillis());
        return gpu.calls.subList(WARM_UP, gpu.calls.size());
    }

    private static double sum(List<Call> calls, ToDoubleFunction<Call> joules) {
        return calls.stream().mapToDouble(joules).sum();
    }

    private static double alone(
            SimulatedGpu gpu, Random random, int calls, double millis, long stepMillis) {
        double at = 10 * stepMillis;
        for (int i = 0; i < calls; i++) {
            at += (0.5 + random.nextDouble()) * Math.max(1_000, 3 * stepMillis);
            gpu.call(at, millis);
            at += millis;
        }
        return at;
    }

    private static double bursts(SimulatedGpu gpu, Random random, int calls) {
        double at = 0;
        for (int i = 0; i < calls; i++) {
            at += i % 10 == 0 ? 120_000 + random.nextInt(60_000) : 0;
            gpu.call(at, 2_000);
            at += 2_000;
        }
        return at;
    }

    private static double overlaps(SimulatedGpu gpu, Random random, int calls, double load) {
        double at = 60_000;
        for (int i = 0; i < calls; i++) {
            at -= Math.log(1 - random.nextDouble()) * 2_000 / load;
            gpu.call(at, 200 + random.nextInt(3_600));
        }
        return at + 4_000;
    }

    private static void decodeBesidePrefills() {
        Setup setup = new Setup(70, calls -> 300, 100, 50, Attribution.TOKENS);
        DoubleSummaryStatistics ratio = new DoubleSummaryStatistics();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedGpu gpu = new SimulatedGpu(setup, seed);
            double at = 5_000;
            for (int round = 0; round < 5; round++) {
                // From its begin to its end: it pays for itself whenever it is alone.
                gpu.call(at, 15_000, 0, 1_500);
                for (int i = 0; i < 100; i++) {
                    gpu.call(at + i * 14_900.0 / 99, 100, 500, 1);
                }
                at += 20_000;
            }
            gpu.runUntil(at);
            double tokens = 1_500 + 100 * 501;
            double used = 15 * 300;
            // The first round teaches how fast answers are.
            for (int round = 1; round < 5; round++) {
                ratio.accept(gpu.calls.get(round * 101).settledJoules() / (used * 1_500 / tokens));
            }
        }
        System.out.printf(
                "%nBy tokens, an answer of 1,500 tokens beside 100 prompts: charged / share of all"
                        + " tokens %s%n",
                shown(ratio));
    }

    private static void conservation() {
        double worst = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedGpu gpu = new SimulatedGpu(Setup.squareWaves(100, 50), seed);
            Random random = new Random(seed);
            for (int i = 0; i < 1_000; i++) {
                gpu.call(5_000 + random.nextInt(10_000), 1 + random.nextInt(20_000));
            }
            gpu.runUntil(60_000);
            EnergyAccount account = gpu.ledger.account();
            double booked =
                    account.attributedJoules()
                            + account.inFlightJoules()
                            + account.idleJoules()
                            + account.unmeteredJoules();
            worst = Math.max(worst, Math.abs(booked - gpu.readJoules()));
        }
        System.out.printf(
                "%n1,000 overlapping calls: the books differ from the counter by %.1e J at most%n",
                worst);
    }
}
