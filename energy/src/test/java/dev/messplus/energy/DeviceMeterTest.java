package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyConfig.Metering;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Meters over devices that are files, as Linux shows its own. */
@Timeout(60)
class DeviceMeterTest {

    private static final double MILLIJOULE = 1e-3;

    @TempDir Path root;

    private long packageMicrojoules = 7_000_000;
    private long dramMicrojoules = 1_000_000;

    @BeforeEach
    void plugIn() throws IOException {
        zone("intel-rapl:0", "package-0", packageMicrojoules);
        zone("intel-rapl:0:0", "dram", dramMicrojoules);
    }

    /** A meter whose devices have been seen to move, so that their power is known. */
    private EnergyMeter opened() throws Exception {
        EnergyMeter meter = open();
        run(meter);
        return meter;
    }

    private void run(EnergyMeter meter) {
        await().until(
                        () -> {
                            use(1_000, 1_000);
                            return meter.accounts().stream()
                                    .noneMatch(account -> Double.isNaN(account.watts()));
                        });
    }

    @Test
    void aCallPaysForAllDevicesOfItsModel() throws Exception {
        try (EnergyMeter meter = opened()) {
            assertThat(meter.accounts())
                    .extracting(EnergyAccount::device)
                    .containsExactly("rapl:package-0", "rapl:package-0/dram");
            EnergyMeter.Span call = meter.begin();
            use(3_000_000, 500_000);
            awaitInFlight(meter, 3.5);

            EnergyReading reading = call.answered(Usage.tokens(10, 20));

            // What the clock ran ahead by is made up for later.
            assertThat(reading.joules()).isGreaterThanOrEqualTo(3.5 - MILLIJOULE);
            assertThat(reading.source()).isEqualTo("rapl");
            assertThat(meter.accounts().stream().mapToDouble(EnergyAccount::attributedJoules).sum())
                    .isCloseTo(reading.joules(), within(MILLIJOULE));
        }
    }

    @Test
    void metersOfOneDeviceShareItsBooks() throws Exception {
        try (EnergyMeter first = opened();
                EnergyMeter second = open()) {
            EnergyMeter.Span one = first.begin();
            EnergyMeter.Span other = second.begin();
            use(4_000_000, 0);
            awaitInFlight(first, 4);

            double joules = one.answered(Usage.UNKNOWN).joules();

            assertThat(joules).isBetween(2 - MILLIJOULE, inFlight(first) + MILLIJOULE);
            first.close();
            assertThat(second.accounts()).allMatch(EnergyAccount::available);
            assertThat(other.failed()).isGreaterThanOrEqualTo(2 - MILLIJOULE);
        }
    }

    @Test
    void modelsOnOneDeviceMustBeMeteredAlike() throws Exception {
        try (EnergyMeter meter = opened()) {
            assertThatThrownBy(() -> EnergyMeter.open(config(Metering.inFlight(7))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rapl:package-0")
                    .hasMessageContaining("metered alike");
            assertThat(meter.accounts()).allMatch(EnergyAccount::available);
        }
        // The refused one has left nothing open.
        try (EnergyMeter meter = EnergyMeter.open(config(Metering.inFlight(7)))) {
            assertThat(meter.accounts()).hasSize(2);
        }
    }

    @Test
    void aSourceThatIsNotThereIsNamed() {
        Path nowhere = root.resolve("nowhere");
        EnergyConfig config =
                new EnergyConfig.Rapl(nowhere.toString(), List.of(), Metering.inFlight(2));

        assertThatThrownBy(() -> EnergyMeter.open(config))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageContaining(nowhere.toString());
    }

    @Test
    void aDeviceThatIsLostTellsNothingAndComesBack() throws Exception {
        try (EnergyMeter meter = opened()) {
            EnergyMeter.Span before = meter.begin();
            Path counter = root.resolve("intel-rapl:0").resolve("energy_uj");
            Files.writeString(counter, "gone");
            await().until(() -> !meter.accounts().get(0).available());

            assertThat(before.answered(Usage.UNKNOWN).known()).isFalse();
            assertThat(meter.begin().answered(Usage.UNKNOWN).known()).isFalse();
            assertThat(meter.begin().failed()).isZero();

            double unmetered = meter.accounts().get(0).unmeteredJoules();
            use(5_000_000, 1);
            run(meter);
            assertThat(meter.accounts().get(0).unmeteredJoules() - unmetered).isBetween(5.0, 5.5);
            EnergyMeter.Span after = meter.begin();
            use(2_000_000, 1);
            awaitInFlight(meter, 2);
            assertThat(after.answered(Usage.UNKNOWN).joules())
                    .isGreaterThanOrEqualTo(2 - MILLIJOULE);
        }
    }

    @Test
    void aMemoryThatNeverCountsLosesNoModel() throws Exception {
        try (EnergyMeter meter = opened()) {
            EnergyMeter.Span call = meter.begin();
            await().during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(5))
                    .until(
                            () -> {
                                use(100_000, 0);
                                return meter.accounts().get(1).available();
                            });
            assertThat(call.answered(Usage.UNKNOWN).known()).isTrue();
        }
    }

    @Test
    void aLateMeterTellsNothingUntilItsDevicesAreThere() throws Exception {
        Path late = root.resolve("late");
        EnergyConfig config =
                new EnergyConfig.Rapl(late.toString(), List.of(), Metering.inFlight(2));
        try (EnergyMeter meter = new LateMeter(config, 5)) {
            assertThat(meter.accounts()).isEmpty();
            assertThat(meter.begin().answered(Usage.UNKNOWN).known()).isFalse();
            assertThat(meter.begin().answered(Usage.UNKNOWN).source()).isEqualTo("rapl");
            assertThat(meter.begin().failed()).isZero();

            Files.createDirectories(late);
            Files.move(root.resolve("intel-rapl:0"), late.resolve("intel-rapl:0"));

            await().until(meter::isOpen);
            long[] microjoules = {packageMicrojoules};
            await().until(
                            () -> {
                                write(late.resolve("intel-rapl:0"), microjoules[0] += 1_000);
                                return meter.begin().answered(Usage.UNKNOWN).known();
                            });
        }
    }

    @Test
    void closingEndsTheThreads() throws Exception {
        EnergyMeter meter = open();
        assertThat(samplers()).isEqualTo(2);
        meter.close();
        meter.close();
        await().until(() -> samplers() == 0);
        // And opens again.
        try (EnergyMeter again = opened()) {
            assertThat(again.accounts()).allMatch(EnergyAccount::available);
        }
    }

    private static long samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("energy-rapl:"))
                .count();
    }

    /** The devices go on drawing a little power. */
    private void awaitInFlight(EnergyMeter meter, double joules) {
        await().until(
                        () -> {
                            use(1_000, 1_000);
                            return inFlight(meter) >= joules - MILLIJOULE;
                        });
    }

    private static double inFlight(EnergyMeter meter) {
        return meter.accounts().stream().mapToDouble(EnergyAccount::inFlightJoules).sum();
    }

    private EnergyMeter open() throws EnergyUnavailableException {
        return EnergyMeter.open(config(Metering.inFlight(2)));
    }

    private EnergyConfig config(Metering metering) {
        return new EnergyConfig.Rapl(root.toString(), List.of(), metering);
    }

    private void use(long ofPackage, long ofDram) throws IOException {
        packageMicrojoules += ofPackage;
        dramMicrojoules += ofDram;
        write(root.resolve("intel-rapl:0"), packageMicrojoules);
        write(root.resolve("intel-rapl:0:0"), dramMicrojoules);
    }

    private void zone(String directory, String name, long microjoules) throws IOException {
        Path zone = Files.createDirectories(root.resolve(directory));
        Files.writeString(zone.resolve("name"), name + "\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
        write(zone, microjoules);
    }

    /** As a whole, for a reader must not see half of a number. */
    private static void write(Path zone, long microjoules) throws IOException {
        Path written = Files.writeString(zone.resolve("next"), microjoules + "\n");
        Files.move(
                written,
                zone.resolve("energy_uj"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
