package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.ledger.SimulatedGpu.Call;
import dev.messplus.energy.ledger.SimulatedGpu.Setup;
import java.util.List;
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
    @CsvSource({"500, 1000", "2000, 1000", "5000, 1000", "2000, 30000"})
    void loneCallsBetweenRareStepsPayWhatTheyTook(int millis, int stepMillis) {
        Setup setup = Setup.squareWaves(stepMillis, 1_000);
        SimulatedGpu gpu = loneCalls(setup, 1_000, millis, 3.0 * stepMillis);
        double charged = 0;
        double reported = 0;
        double used = 0;
        int within = 0;
        for (Call call : learned(gpu)) {
            assertThat(call.charge.figure().settled()).isTrue();
            assertThat(call.atEnd.settled()).isFalse();
            charged += call.settledJoules();
            reported += call.atEnd.joules();
            used += call.trueJoules;
            within += call.atEndIsWithinUncertainty() ? 1 : 0;
        }
        assertThat(charged / used).isCloseTo(1, within(0.02));
        assertThat(reported / used).isCloseTo(1, within(0.05));
        assertThat(within).isGreaterThan(learned(gpu).size() * 95 / 100);
    }

    /** The counter shows nothing of it for up to 30 s, and then all at once. */
    @Test
    void noCallPaysForAnotherOneOfTheSameStep() {
        SimulatedGpu gpu = new SimulatedGpu(Setup.squareWaves(30_000, 1_000), 1);
        double at = 0;
        for (int burst = 0; burst < 40; burst++) {
            at += 240_000 + random.nextInt(60_000);
            for (int i = 0; i < 10; i++) {
                gpu.call(at + i * 2_000, 2_000);
            }
        }
        gpu.runUntil(at + 120_000);
        int within = 0;
        for (Call call : learned(gpu)) {
            assertThat(call.atEnd.joules() / call.trueJoules).isBetween(0.5, 2.0);
            assertThat(call.settledJoules() / call.trueJoules).isBetween(0.5, 2.0);
            within += call.settledIsWithinUncertainty() ? 1 : 0;
        }
        assertThat(within).isGreaterThan(learned(gpu).size() * 95 / 100);
    }

    /** Behind a slow counter, a model must not look cheaper than behind a quick one. */
    @Test
    void aModelCostsTheSameBehindEveryCounter() {
        double quick = settled(loneCalls(Setup.squareWaves(100, 50), 500, 500, 3_000));
        double slow = settled(loneCalls(Setup.squareWaves(1_000, 1_000), 500, 500, 3_000));

        assertThat(slow / quick).isCloseTo(1, within(0.03));
    }

    @Test
    void aDeviceThatIsNeverIdleForAStepStillShowsItsIdlePower() {
        SimulatedGpu gpu = new SimulatedGpu(Setup.squareWaves(30_000, 1_000), 1);
        double at = 1_000;
        while (at < 3_600_000) {
            gpu.call(at, 500 + random.nextInt(10_000));
            at += 14_000;
        }
        gpu.runUntil(at + 60_000);

        assertThat(gpu.ledger.account().idleWatts()).isBetween(60.0, 80.0);
        List<Call> calls = learned(gpu);
        double used = calls.stream().mapToDouble(call -> call.trueJoules).sum();
        assertThat(settled(gpu) / used).isCloseTo(1, within(0.05));
    }

    /**
     * A decode of 1,500 tokens in 15 s, and beside it a prompt of 500 weighted tokens each 150 ms.
     */
    @Test
    void aLongAnswerDoesNotPayForThePromptsBesideIt() {
        SimulatedGpu gpu =
                new SimulatedGpu(new Setup(70, calls -> 300, 100, 50, Attribution.TOKENS), 1);
        Call decode = null;
        for (int round = 0; round < 2; round++) {
            double at = 5_000 + 20_000 * round;
            decode = gpu.call(at, 15_000, 0, 1_500);
            for (int i = 0; i < 100; i++) {
                gpu.call(at + 50 + i * 149, 100, 500, 1);
            }
        }
        gpu.runUntil(60_000);

        double byTokens = 15 * 300 * 1_500 / (1_500 + 100 * 501.0);
        assertThat(decode.settledJoules() / byTokens).isCloseTo(1, within(0.2));
    }

    private static double settled(SimulatedGpu gpu) {
        return learned(gpu).stream().mapToDouble(Call::settledJoules).sum();
    }

    /** The calls after those that the ledger has learned from. */
    private static List<Call> learned(SimulatedGpu gpu) {
        return gpu.calls.subList(20, gpu.calls.size());
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
