package dev.messplus.energy.meter;

import static dev.messplus.energy.meter.Powercap.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.Usage;
import dev.messplus.energy.source.ConstantPrice;
import dev.messplus.energy.source.RaplPackages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LateMeterTest {

    private static final long RETRY_MILLIS = 5;

    @TempDir private Path root;

    @Test
    void hasNoJoulesUntilItsDevicesCanBeRead() throws Exception {
        Powercap powercap = Powercap.in(Files.createDirectories(root.resolve("early")));
        Path late = root.resolve("late");
        EnergyConfig config = new Devices(new RaplPackages(late.toString()), Metering.inFlight(2));
        try (EnergyMeter meter =
                new LateMeter("rapl", () -> EnergyMeters.open(config), RETRY_MILLIS)) {
            assertThat(meter.isOpen()).isFalse();
            assertThat(meter.accounts()).isEmpty();
            assertThat(meter.begin().answered(Usage.UNKNOWN).reading().known()).isFalse();
            assertThat(meter.begin().answered(Usage.UNKNOWN).reading().source()).isEqualTo("rapl");
            assertThat(meter.begin().failed().reading().known()).isFalse();

            Files.createDirectories(late);
            Files.move(powercap.packageZone(), late.resolve("intel-rapl:0"));

            await().atMost(PATIENCE).until(meter::isOpen);
            assertThat(meter.accounts()).hasSize(1);
            long[] microjoules = {8_000_000};
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                microjoules[0] += 1_000;
                                Powercap.write(late.resolve("intel-rapl:0"), microjoules[0]);
                                return meter.begin().answered(Usage.UNKNOWN).reading().known();
                            });
        }
    }

    @Test
    void followsTheLoadUntilItsMeterDoesNot() throws Exception {
        CountDownLatch mayOpen = new CountDownLatch(1);
        try (EnergyMeter late =
                new LateMeter(
                        "test",
                        () -> {
                            mayOpen.await();
                            return EnergyMeters.open(new ConstantPrice(7));
                        },
                        RETRY_MILLIS)) {
            assertThat(late.followsLoad()).isTrue();
            mayOpen.countDown();
            await().atMost(PATIENCE).until(late::isOpen);
            assertThat(late.followsLoad()).isFalse();
        }
    }

    @Test
    void closesDevicesThatItOpensAfterItWasClosed() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CountDownLatch mayOpen = new CountDownLatch(1);
        CountDownLatch deviceClosed = new CountDownLatch(1);
        EnergyMeter late =
                new LateMeter(
                        "test",
                        () -> {
                            opening.countDown();
                            awaitIgnoringInterrupts(mayOpen);
                            return new ClosingMeter(deviceClosed);
                        },
                        RETRY_MILLIS);
        opening.await();

        late.close();
        mayOpen.countDown();

        deviceClosed.await();
        assertThat(late.isOpen()).isFalse();
    }

    /** Like a driver that hangs. */
    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // The latch decides.
            }
        }
    }

    private record ClosingMeter(CountDownLatch closed) implements EnergyMeter {

        @Override
        public Span begin(int promptTokens) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public List<Supplier<EnergyAccount>> accounts() {
            return List.of();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
