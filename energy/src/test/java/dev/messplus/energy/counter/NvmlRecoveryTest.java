package dev.messplus.energy.counter;

import static dev.messplus.energy.counter.NvmlStub.ENERGY;
import static dev.messplus.energy.counter.NvmlStub.PATIENCE_NANOS;
import static dev.messplus.energy.counter.NvmlStub.POWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyUnavailableException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A counter whose readings fail: it recovers, and survives a reload of the driver. */
class NvmlRecoveryTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 15, 999})
    void recoversFromAnError(int code) throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10);

        try (NvmlCounter counter = stub.open("0")) {
            stub.answer(ENERGY, code);
            assertUnavailable(counter, code);
            assertThat(stub.references()).isZero();
            assertUnavailable(counter, code);

            stub.answer(ENERGY, 0).energy(0, 12);
            assertThat(counter.microjoules()).isEqualTo(12_000);
            assertThat(counter.microjoules()).isEqualTo(12_000);
            assertThat(stub.inits()).isEqualTo(3);
            assertThat(stub.references()).isEqualTo(1);
        }
        assertThat(stub.references()).isZero();
    }

    @Test
    void allCountersSurviveAReloadOfTheDriver() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10).energy(1, 11);

        try (NvmlCounter first = stub.open("0");
                NvmlCounter second = stub.open("GPU-bbbb")) {
            stub.driver(0);
            for (int i = 0; i < 3; i++) {
                assertUnavailable(first, 9);
                assertUnavailable(second, 9);
            }
            assertThat(stub.references()).isZero();

            stub.driver(2).energy(0, 1).energy(1, 2);
            assertThat(first.microjoules()).isEqualTo(1_000);
            assertThat(second.microjoules()).isEqualTo(2_000);
            assertThat(stub.references()).isEqualTo(2);
        }
        assertThat(stub.references()).isZero();
    }

    @Test
    void aReloadBetweenTwoReadingsCostsOneReading() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10).energy(1, 11);

        try (NvmlCounter first = stub.open("0");
                NvmlCounter second = stub.open("1")) {
            stub.driver(2);
            assertUnavailable(first, 15);
            assertUnavailable(second, 15);

            assertThat(first.microjoules()).isEqualTo(10_000);
            assertThat(second.microjoules()).isEqualTo(11_000);
        }
    }

    @Test
    void findsAGpuAgainWhateverItsIndex() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10).energy(1, 11);

        try (NvmlCounter counter = stub.open("0")) {
            stub.driver(2).first(1);
            assertUnavailable(counter, 15);

            assertThat(counter.microjoules()).isEqualTo(10_000);
        }
    }

    @Test
    void reportsAGpuThatDoesNotComeBack() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10);

        try (NvmlCounter counter = stub.open("1")) {
            stub.driver(2).gpus(1);
            assertUnavailable(counter, 15);

            assertThatThrownBy(counter::microjoules)
                    .hasMessage(
                            "nvml gpu 1: nvmlDeviceGetHandleByUUID answered NVML_ERROR_NOT_FOUND"
                                    + " (6): no GPU has this UUID; 'nvidia-smi -L' lists those there are");
            assertThat(stub.references()).isZero();
        }
    }

    @Test
    void integratesNoPowerOverALongGap() throws Exception {
        NvmlStub stub = NvmlStub.in(folder, "WITHOUT_ENERGY").power(0, 100_000);
        AtomicLong nanos = new AtomicLong();

        try (NvmlCounter counter = NvmlCounter.open(stub.path(), "0", PATIENCE_NANOS, nanos::get)) {
            nanos.addAndGet(SECOND);
            assertThat(counter.microjoules()).isEqualTo(100_000_000);

            stub.answer(POWER, 10);
            assertUnavailable(counter, 10);

            stub.answer(POWER, 0);
            nanos.addAndGet(60 * SECOND);
            assertThat(counter.microjoules()).isEqualTo(100_000_000);

            nanos.addAndGet(SECOND);
            assertThat(counter.microjoules()).isEqualTo(200_000_000);
        }
    }

    @Test
    void integratesPowerOverAMissingReading() throws Exception {
        NvmlStub stub = NvmlStub.in(folder, "WITHOUT_ENERGY").power(0, 100_000);
        AtomicLong nanos = new AtomicLong();

        try (NvmlCounter counter = NvmlCounter.open(stub.path(), "0", PATIENCE_NANOS, nanos::get)) {
            stub.answer(POWER, 10);
            assertUnavailable(counter, 10);

            stub.answer(POWER, 0);
            nanos.addAndGet(2 * SECOND);
            assertThat(counter.microjoules()).isEqualTo(200_000_000);
        }
    }

    private static void assertUnavailable(NvmlCounter counter, int code) {
        assertThatThrownBy(counter::microjoules)
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith(counter.name().replace("nvml:", "nvml gpu ") + ": nvml")
                .hasMessageContaining("(" + code + ")");
    }
}
