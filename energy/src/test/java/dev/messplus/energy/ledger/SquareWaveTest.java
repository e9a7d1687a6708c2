package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.ledger.SimulatedGpu.Call;
import dev.messplus.energy.ledger.SimulatedGpu.Setup;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What calls are charged on a GPU of 70 W idle and 600 W busy, at random phases. */
class SquareWaveTest {

    private final Random random = new Random(1);

    @ParameterizedTest
    @CsvSource({"100", "200", "500"})
    void aLoneCallOfAGpuPaysWhatItTook(int millis) {
        SimulatedGpu gpu = loneCalls(Setup.squareWaves(100, 50), 200, millis, 1_000);
        double charged = 0;
        double used = 0;
        for (Call call : gpu.calls) {
            assertThat(call.settledJoules() / call.trueJoules).isBetween(0.9, 1.1);
            charged += call.settledJoules();
            used += call.trueJoules;
        }
        assertThat(charged / used).isCloseTo(1, within(0.01));
    }

    @ParameterizedTest
    @CsvSource({"500, 1000, 1000", "2000, 1000, 1000", "5000, 1000, 1000", "2000, 30000, 1000"})
    void loneCallsBetweenRareStepsPayWhatTheyTook(int millis, int stepMillis, int readMillis) {
        Setup setup = Setup.squareWaves(stepMillis, readMillis);
        SimulatedGpu gpu = loneCalls(setup, 3_000, millis, 3.0 * stepMillis);
        double charged = 0;
        double told = 0;
        double used = 0;
        for (Call call : gpu.calls.subList(20, gpu.calls.size())) {
            charged += call.settledJoules();
            told += call.atEnd.joules();
            used += call.trueJoules;
        }
        System.out.printf(
                "%d %d: settled %.4f told %.4f%n", millis, stepMillis, charged / used, told / used);
        assertThat(charged / used).isCloseTo(1, within(0.02));
        assertThat(told / used).isCloseTo(1, within(0.15));
    }

    @Test
    void theFirstCallOfABurstPaysForItself() {
        SimulatedGpu gpu = new SimulatedGpu(Setup.squareWaves(30_000, 1_000), 1);
        for (int burst = 0; burst < 40; burst++) {
            double begin = 120_000 + burst * 300_000 + random.nextInt(30_000);
            for (int i = 0; i < 10; i++) {
                gpu.call(begin + i * 2_000, 2_000);
            }
        }
        gpu.runUntil(120_000 + 41 * 300_000);
        for (Call call : gpu.calls.subList(10, gpu.calls.size())) {
            assertThat(call.settledJoules() / call.trueJoules).isBetween(0.5, 2.0);
            assertThat(call.atEnd.joules() / call.trueJoules).isBetween(0.5, 2.0);
        }
    }

    @Test
    void explore() {
        for (long[] sr :
                new long[][] {{100, 50}, {1000, 1000}, {30000, 1000}, {1000, 250}, {20, 50}}) {
            for (boolean vary : new boolean[] {false, true}) {
                for (double load : new double[] {0.3, 1.5, 8}) {
                    Setup setup =
                            new Setup(
                                    70,
                                    calls ->
                                            vary
                                                    ? calls.stream()
                                                            .mapToDouble(c -> c.promptTokens)
                                                            .average()
                                                            .orElse(600)
                                                    : 600,
                                    sr[0],
                                    sr[1],
                                    dev.messplus.energy.Attribution.INFLIGHT);
                    SimulatedGpu gpu = new SimulatedGpu(setup, 3);
                    Random r = new Random(5);
                    double at = 10 * sr[0];
                    double mean = 2000;
                    for (int i = 0; i < 3000; i++) {
                        at += -Math.log(1 - r.nextDouble()) * mean / load;
                        gpu.call(at, 200 + r.nextInt(3600), 300 + r.nextInt(400), 0);
                    }
                    gpu.runUntil(at + 10 * sr[0] + 4000);
                    double c = 0, t = 0, u = 0, worst = 0;
                    int in = 0, tin = 0, n = 0;
                    double sd = 0, unc = 0, tunc = 0, tsd = 0;
                    for (Call call : gpu.calls.subList(100, gpu.calls.size())) {
                        double s = call.settledJoules();
                        c += s;
                        double told = call.atEnd.joules();
                        t += told;
                        u += call.trueJoules;
                        n++;
                        double e = Math.abs(s - call.trueJoules);
                        in += e <= 2 * Math.sqrt(call.charge.figure().variance()) + 1e-6 ? 1 : 0;
                        tin +=
                                Math.abs(told - call.trueJoules)
                                                <= 2 * Math.sqrt(call.atEnd.variance()) + 1e-6
                                        ? 1
                                        : 0;
                        sd += e * e;
                        tsd += (told - call.trueJoules) * (told - call.trueJoules);
                        unc += call.charge.figure().variance();
                        tunc += call.atEnd.variance();
                    }
                    System.out.printf(
                            "step %d read %d vary %s load %.1f: settled %.4f told %.4f in %.3f told in %.3f rms %.1f (said %.1f) told rms %.1f (said %.1f) mean %.1f%n",
                            sr[0],
                            sr[1],
                            vary,
                            load,
                            c / u,
                            t / u,
                            in / (double) n,
                            tin / (double) n,
                            Math.sqrt(sd / n),
                            Math.sqrt(unc / n),
                            Math.sqrt(tsd / n),
                            Math.sqrt(tunc / n),
                            u / n);
                }
            }
        }
    }

    private SimulatedGpu loneCalls(Setup setup, int calls, int millis, double meanPauseMillis) {
        SimulatedGpu gpu = new SimulatedGpu(setup, 1);
        double at = 10 * setup.stepMillis();
        for (int i = 0; i < calls; i++) {
            at += (0.5 + random.nextDouble()) * meanPauseMillis;
            gpu.call(at, millis);
            at += millis;
        }
        gpu.runUntil(at + 10 * setup.stepMillis());
        return gpu;
    }
}
