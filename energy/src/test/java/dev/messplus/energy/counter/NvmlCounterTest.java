package dev.messplus.energy.counter;

import static dev.messplus.energy.counter.NvmlStub.ENERGY;
import static dev.messplus.energy.counter.NvmlStub.NOT_SUPPORTED;
import static dev.messplus.energy.counter.NvmlStub.PATIENCE_NANOS;
import static dev.messplus.energy.counter.NvmlStub.POWER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NvmlCounterTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir Path folder;

    @Test
    void convertsMillijoulesToMicrojoules() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 1_234);

        try (NvmlCounter counter = stub.open("0")) {
            assertThat(counter.microjoules()).isEqualTo(1_234_000);

            stub.energy(0, 1_235);
            assertThat(counter.microjoules()).isEqualTo(1_235_000);
            assertThat(counter.rangeMicrojoules()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, (1L << 31) + 5, (1L << 32) + 5, 1L << 40})
    void readsSixtyFourBits(long millijoules) throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, millijoules);

        try (NvmlCounter counter = stub.open("0")) {
            assertThat(counter.microjoules()).isEqualTo(millijoules * 1_000);
        }
    }

    @Test
    void passesAResetOn() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 500);

        try (NvmlCounter counter = stub.open("0")) {
            assertThat(counter.microjoules()).isEqualTo(500_000);

            stub.energy(0, 20);
            assertThat(counter.microjoules()).isEqualTo(20_000);
            assertThat(stub.inits()).isEqualTo(1);
        }
    }

    @Test
    void refusesAFigureOutOfRange() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);

        try (NvmlCounter counter = stub.open("0")) {
            stub.energy(0, -1);
            assertThatThrownBy(counter::microjoules)
                    .isInstanceOf(EnergyUnavailableException.class)
                    .hasMessage(
                            "nvml gpu 0: nvmlDeviceGetTotalEnergyConsumption answered"
                                    + " 18446744073709551615 mJ, which is out of range");

            stub.energy(0, 7);
            assertThat(counter.microjoules()).isEqualTo(7_000);
        }
    }

    @Test
    void indexUuidAndPciBusIdNameTheSameGpu() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).energy(0, 10).energy(1, 11);

        try (NvmlCounter first = stub.open("0");
                NvmlCounter second = stub.open("1");
                NvmlCounter secondByUuid = stub.open("GPU-bbbb");
                NvmlCounter secondByBus = stub.open("00000000:66:00.0");
                NvmlCounter secondByBusAlone = stub.open("66:00.0")) {
            assertThat(secondByBus.microjoules()).isEqualTo(11_000);
            assertThat(secondByBus.name()).isEqualTo("nvml:00000000:66:00.0");
            assertThat(secondByBus.deviceId()).isEqualTo("GPU-bbbb");
            assertThat(secondByBusAlone.deviceId()).isEqualTo("GPU-bbbb");
            assertThat(first.microjoules()).isEqualTo(10_000);
            assertThat(second.microjoules()).isEqualTo(11_000);
            assertThat(secondByUuid.microjoules()).isEqualTo(11_000);

            assertThat(first.name()).isEqualTo("nvml:0");
            assertThat(secondByUuid.name()).isEqualTo("nvml:GPU-bbbb");

            assertThat(first.deviceId()).isEqualTo("GPU-aaaa");
            assertThat(second.deviceId()).isEqualTo("GPU-bbbb").isEqualTo(secondByUuid.deviceId());
        }
    }

    @Test
    void withoutUuidTheDeviceIsIdentifiedByItsName() throws Exception {
        NvmlStub lacking = NvmlStub.in(folder, "WITHOUT_UUID").energy(1, 11);
        NvmlStub refusing = NvmlStub.in(folder).answer("nvmlDeviceGetUUID", NOT_SUPPORTED);

        try (NvmlCounter byIndex = lacking.open("1");
                NvmlCounter byUuid = lacking.open("GPU-bbbb");
                NvmlCounter refused = refusing.open("1")) {
            assertThat(byIndex.deviceId()).isEqualTo(Host.device("nvml:1"));
            assertThat(byIndex.microjoules()).isEqualTo(11_000);
            assertThat(byUuid.deviceId()).isEqualTo("GPU-bbbb");
            assertThat(refused.deviceId()).isEqualTo(Host.device("nvml:1"));
        }
    }

    @Test
    void readsAGpuThatReportsNoProductName() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).answer("nvmlDeviceGetName", 999).energy(0, 3);

        try (NvmlCounter counter = stub.open("0")) {
            assertThat(counter.microjoules()).isEqualTo(3_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {NOT_SUPPORTED, 13})
    void integratesPowerIfTheGpuHasNoCounter(int code) throws Exception {
        integratesPower(NvmlStub.in(folder).answer(ENERGY, code));
    }

    @Test
    void integratesPowerIfTheLibraryHasNoCounter() throws Exception {
        integratesPower(NvmlStub.in(folder, "WITHOUT_ENERGY"));
    }

    /** From 100 W to 300 W within 2 s is 400 J, a second at 300 W another 300 J. */
    private static void integratesPower(NvmlStub stub) throws Exception {
        AtomicLong nanos = new AtomicLong(7 * SECOND);
        stub.power(1, 100_000);
        try (NvmlCounter counter = NvmlCounter.open(stub.path(), "1", PATIENCE_NANOS, nanos::get)) {
            assertThat(counter.microjoules()).isZero();

            nanos.addAndGet(2 * SECOND);
            stub.power(1, 300_000);
            assertThat(counter.microjoules()).isEqualTo(400_000_000);

            // The choice is final, even if there is a counter now.
            stub.answer(ENERGY, 0).energy(1, 5);
            nanos.addAndGet(SECOND);
            assertThat(counter.microjoules()).isEqualTo(700_000_000);
        }
    }

    /** The counter stops at 1 J; the GPU draws 100 W, and 300 W at the end. */
    @Test
    void integratesPowerWhileItsCounterStandsStill() throws Exception {
        AtomicLong nanos = new AtomicLong();
        NvmlStub stub = NvmlStub.in(folder).energy(0, 1_000).power(0, 100_000);
        try (NvmlCounter counter = NvmlCounter.open(stub.path(), "0", PATIENCE_NANOS, nanos::get)) {
            nanos.addAndGet(SECOND);
            assertThat(counter.microjoules()).isEqualTo(1_000_000);
            assertThat(counter.integratesPower()).isFalse();

            nanos.addAndGet(SECOND / 2);
            assertThat(counter.microjoules()).isEqualTo(1_000_000 + 150_000_000);
            assertThat(counter.integratesPower()).isTrue();
            nanos.addAndGet(SECOND / 2);
            stub.power(0, 300_000);
            assertThat(counter.microjoules()).isEqualTo(1_000_000 + 250_000_000);
            assertThat(counter.movedVariance()).isPositive();

            stub.energy(0, 1_500);
            assertThat(counter.microjoules()).isEqualTo(1_000_000 + 250_000_000);
            assertThat(counter.integratesPower()).isFalse();
            assertThat(counter.movedVariance()).isZero();
            stub.energy(0, 2_500);
            assertThat(counter.microjoules()).isEqualTo(1_000_000 + 251_000_000);
        }
    }

    @Test
    void aGpuThatDrawsNothingMayStandStill() throws Exception {
        AtomicLong nanos = new AtomicLong();
        NvmlStub stub = NvmlStub.in(folder).energy(0, 1_000);
        try (NvmlCounter counter = NvmlCounter.open(stub.path(), "0", PATIENCE_NANOS, nanos::get)) {
            nanos.addAndGet(2 * SECOND);
            assertThat(counter.microjoules()).isEqualTo(1_000_000);
            assertThat(counter.integratesPower()).isFalse();
        }
    }

    @Test
    void doesNotIntegratePowerAfterAnyOtherError() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).answer(ENERGY, 4);

        assertThatThrownBy(() -> stub.open("0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith(
                        "nvml gpu 0: nvmlDeviceGetTotalEnergyConsumption answered"
                                + " NVML_ERROR_NO_PERMISSION (4): ");
        assertThat(stub.references()).isZero();
    }

    @Test
    void refusesAGpuThatReportsNeitherEnergyNorPower() throws Exception {
        NvmlStub stub =
                NvmlStub.in(folder).answer(ENERGY, NOT_SUPPORTED).answer(POWER, NOT_SUPPORTED);

        assertThatThrownBy(() -> stub.open("0"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "nvml gpu 0: nvmlDeviceGetPowerUsage answered NVML_ERROR_NOT_SUPPORTED (3):"
                                + " this GPU does not report it; choose another energy source");
        assertThat(stub.inits()).isEqualTo(1);
        assertThat(stub.references()).isZero();
    }

    @Test
    void holdsOneReferenceUntilItIsClosed() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);

        NvmlCounter first = stub.open("0");
        NvmlCounter second = stub.open("1");
        first.microjoules();
        assertThat(stub.references()).isEqualTo(2);

        first.close();
        first.close();
        assertThat(stub.references()).isEqualTo(1);
        assertThat(second.microjoules()).isZero();

        second.close();
        assertThat(stub.inits()).isEqualTo(2);
        assertThat(stub.shutdowns()).isEqualTo(2);
    }

    @Test
    void closingNeverFailsAndIsFinal() throws Exception {
        NvmlStub stub = NvmlStub.in(folder).answer("nvmlShutdown", 999);
        NvmlCounter counter = stub.open("0");

        counter.close();

        assertThat(stub.references()).isZero();
        assertThatThrownBy(counter::microjoules)
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage("nvml gpu 0: the counter is closed");
        assertThat(stub.inits()).isEqualTo(1);
    }
}
