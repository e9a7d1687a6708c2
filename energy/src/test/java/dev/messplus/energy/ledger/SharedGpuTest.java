package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.energy.ledger.SimulatedGpu.Call;
import dev.messplus.energy.ledger.SimulatedGpu.Setup;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the calls of several JVMs are charged on one GPU, at random phases. */
class SharedGpuTest {

    private static final int CALLS = 6_000;
    private static final long AFTER_MILLIS = 100_000;

    /** Time between two exchanges of a JVM; what it knows of the others is twice as old at most. */
    private static final long EXCHANGE_MILLIS = 100;

    /** Without exchange, 2 JVMs charge 1.99 times what 5 calls a second use, and 4 JVMs 3.67. */
    @ParameterizedTest
    @CsvSource({
        "2, INFLIGHT, 1000, 100",
        "4, INFLIGHT, 1000, 100",
        "2, INFLIGHT, 1000, 200",
        "4, INFLIGHT, 1000, 200",
        "4, INFLIGHT, 100, 200",
        "4, INFLIGHT, 30000, 200",
        "2, TOKENS, 1000, 200",
        "4, TOKENS, 1000, 200",
        "2, INFLIGHT, 1000, 1000",
        "4, INFLIGHT, 1000, 1000",
        "4, TOKENS, 1000, 1000"
    })
    void whatIsUsedOnceIsChargedOnce(
            int jvms, Attribution attribution, long stepMillis, long exchangeMillis) {
        for (double perSecond : new double[] {5, 0.25}) {
            SimulatedGpu gpu =
                    gpu(attribution, IdlePolicy.INCLUDE, stepMillis, jvms, exchangeMillis);
            poisson(gpu, perSecond);
            assertThat(charged(gpu)).as("at %s/s", perSecond).isCloseTo(1, within(0.01));
            assertBooksOnce(gpu);
        }
    }

    /** Calls that come together in all JVMs, before any of these knows of the others. */
    @ParameterizedTest
    @CsvSource({"2, 1", "4, 1", "2, 500", "4, 500"})
    void burstsAreChargedOnceAsWell(int jvms, int withinMillis) {
        SimulatedGpu gpu =
                gpu(Attribution.INFLIGHT, IdlePolicy.INCLUDE, 1_000, jvms, EXCHANGE_MILLIS);
        Random random = new Random(1);
        double at = 0;
        for (int i = 0; i < CALLS; i++) {
            at += i % 12 == 0 ? 8_000 + random.nextInt(8_000) : 0;
            gpu.call(at + random.nextInt(withinMillis), 1_000 + random.nextInt(2_000));
        }
        gpu.runUntil(at + AFTER_MILLIS);
        assertThat(charged(gpu)).isCloseTo(1, within(0.02));
        assertBooksOnce(gpu);
    }

    /** What calls pay for idle time, and do not pay of busy time, is the same in one JVM. */
    @ParameterizedTest
    @EnumSource(
            value = IdlePolicy.class,
            names = {"SUBTRACT", "AMORTISE"})
    void idlePowerIsSharedAsInOneJvm(IdlePolicy idle) {
        SimulatedGpu alone = gpu(Attribution.INFLIGHT, idle, 1_000, 1, 0);
        SimulatedGpu shared = gpu(Attribution.INFLIGHT, idle, 1_000, 4, EXCHANGE_MILLIS);
        poisson(alone, 0.25);
        poisson(shared, 0.25);
        assertThat(charged(shared)).isCloseTo(charged(alone), within(0.01));
    }

    private static SimulatedGpu gpu(
            Attribution attribution,
            IdlePolicy idle,
            long stepMillis,
            int jvms,
            long exchangeMillis) {
        long readMillis = Math.min(stepMillis, 1_000) / 2;
        Setup setup = new Setup(70, calls -> 600, stepMillis, readMillis, attribution, idle);
        return new SimulatedGpu(setup, jvms, exchangeMillis, 7);
    }

    /** Calls of 1 to 3 s that come independently. */
    private static void poisson(SimulatedGpu gpu, double perSecond) {
        Random random = new Random(1);
        double at = 0;
        for (int i = 0; i < CALLS; i++) {
            at -= 1_000 * Math.log(1 - random.nextDouble()) / perSecond;
            double millis = 1_000 + random.nextInt(2_000);
            gpu.call(at, millis, 0, millis / 20);
        }
        gpu.runUntil(at + AFTER_MILLIS);
    }

    /** What all calls are charged over what they used, but for those while ledgers learn. */
    private static double charged(SimulatedGpu gpu) {
        double charged = 0;
        double used = 0;
        for (Call call : gpu.calls.subList(CALLS / 10, CALLS)) {
            charged += call.settledJoules();
            used += call.trueJoules;
        }
        return charged / used;
    }

    /** Each ledger adds up to what it read of the counter: all but some first readings. */
    private static void assertBooksOnce(SimulatedGpu gpu) {
        for (EnergyLedger ledger : gpu.ledgers()) {
            assertThat(LedgerFixture.sum(ledger)).isCloseTo(gpu.readJoules(), within(300.0));
        }
    }
}
