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
