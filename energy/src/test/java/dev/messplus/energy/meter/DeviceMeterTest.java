package dev.messplus.energy.meter;

import static dev.messplus.energy.meter.Powercap.PATIENCE;
import static dev.messplus.energy.meter.Powercap.accounts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Usage;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.energy.source.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Meters over a processor package and its memory. */
@Timeout(120)
class DeviceMeterTest {

    private static final double MILLIJOULE = 1e-3;
    private static final long PERIOD_MILLIS = 2;

    @TempDir private Path root;

    private Powercap powercap;

    @BeforeEach
    void mount() throws IOException {
        powercap = Powercap.in(root);
    }

    @Test
    void aCallPaysForAllDevicesOfItsModel() throws Exception {
        try (EnergyMeter meter = openMetered()) {
            assertThat(accounts(meter))
                    .extracting(EnergyAccount::device)
                    .containsExactly("rapl:package-0", "rapl:package-0/dram");
            EnergyMeter.Span call = meter.begin();
            awaitInFlight(meter, 0.002);
            powercap.use(3_000_000, 500_000);
            awaitInFlight(meter, 3.5);

            EnergyReading reading = settled(call.answered(Usage.tokens(10, 20)));

            assertThat(reading.joules()).isGreaterThanOrEqualTo(3.5 - MILLIJOULE);
            assertThat(reading.source()).isEqualTo("rapl");
            // Two deviations, each device with 1% at least.
            assertThat(reading.uncertaintyJoules())
                    .isBetween(2 * Math.hypot(0.01 * 3, 0.01 * 0.5) - MILLIJOULE, 0.5);
            assertThat(accounts(meter).stream().mapToDouble(EnergyAccount::attributedJoules).sum())
                    .isCloseTo(reading.joules(), within(MILLIJOULE));
        }
    }

    @Test
    void theJoulesOfAServersProcessorTimeAreAnEstimateWithoutRapl() throws Exception {
        Path group = Files.createDirectories(root.resolve("group"));
        AtomicLong microseconds = new AtomicLong();
        use(group, microseconds, 0);
        ServerProcess server =
                new ServerProcess(null, null, group.toString(), 10, root + "/nothing");
        try (EnergyMeter meter =
                EnergyMeters.open(new Devices(server, Metering.inFlight(PERIOD_MILLIS)))) {
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                use(group, microseconds, 100);
                                return !Double.isNaN(accounts(meter).get(0).watts());
                            });
            EnergyMeter.Span call = meter.begin();
            use(group, microseconds, 200_000);
            awaitInFlight(meter, 2);

            EnergyReading reading = settled(call.answered(Usage.tokens(10, 20)));

            assertThat(reading.source()).isEqualTo("process (estimated)");
            assertThat(reading.joules()).isCloseTo(2, within(0.1));
        }
    }

    private static void use(Path group, AtomicLong sum, long microseconds) throws IOException {
        String text = "usage_usec " + sum.addAndGet(microseconds) + "\n";
        Files.move(
                Files.writeString(group.resolve("next"), text),
                group.resolve("cpu.stat"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void aCallThatReachedNoServerPaysNothing() throws Exception {
        try (EnergyMeter meter = openMetered()) {
            EnergyMeter.Span call = meter.begin();
            awaitInFlight(meter, 0.002);

            call.unreached();

            assertThat(inFlight(meter)).isCloseTo(0, within(1e-9));
            assertThat(accounts(meter)).allMatch(account -> account.attributedJoules() == 0);
        }
    }

    /** The devices are read every second, so a call is charged an estimate for most of one. */
    @Test
    void tellsForHowLongAnAnswerShouldWait() throws Exception {
        EnergyConfigMeteringBuilder slow =
                EnergyConfigMeteringBuilder.builder(Metering.inFlight(1_000));
        try (EnergyMeter meter = EnergyMeters.open(config(slow.settleMillis(3_000).build()))) {
            powercap.runUntilMetered(meter);
            // Only a call in flight shows what the devices draw then.
            EnergyMeter.Span first = meter.begin();
            awaitInFlight(meter, 0.002);
            settled(first.answered(Usage.UNKNOWN));

            // Between two readings of the devices, which a busy machine may not get to at once.
            EnergyCharge charge =
                    await().atMost(PATIENCE)
                            .until(
                                    () -> meter.begin().answered(Usage.UNKNOWN),
                                    DeviceMeterTest::isToBeAwaited);

            assertThat(settled(charge).source()).isEqualTo("rapl");
            assertThat(charge.waitMillis()).isZero();
        }
        try (EnergyMeter meter = EnergyMeters.open(config(slow.settleMillis(10).build()))) {
            powercap.runUntilMetered(meter);
            assertThat(meter.begin().answered(Usage.UNKNOWN).waitMillis()).isZero();
        }
    }

    @Test
    void aCallPaysForAllSourcesOfItsModel(@TempDir Path other) throws Exception {
        Powercap.in(other);
        Devices slow = new Devices(new RaplPackages(other.toString()), Metering.inFlight(3));
        EnergyConfig both = both(config(Metering.inFlight(2)), slow);

        try (EnergyMeter meter = EnergyMeters.open(both)) {
            assertThat(accounts(meter))
                    .extracting(EnergyAccount::device)
                    .containsExactly(
                            "rapl:package-0",
                            "rapl:package-0/dram",
                            "rapl:package-0",
                            "rapl:package-0/dram");
        }
        await().atMost(PATIENCE).until(() -> samplers() == 0);
    }

    @Test
    void aSourceThatIsMissingLeavesNoOtherOpen() throws Exception {
        Devices missing =
                new Devices(
                        new RaplPackages(root.resolve("missing").toString()), Metering.inFlight(2));
        EnergyConfig both = both(config(Metering.inFlight(2)), missing);

        assertThatThrownBy(() -> EnergyMeters.open(both))
                .isInstanceOf(EnergyUnavailableException.class);
        assertThatThrownBy(
                        () ->
                                EnergyMeters.open(
                                        both(
                                                config(Metering.inFlight(2)),
                                                config(Metering.inFlight(2)))))
                .hasMessageContaining("is named twice");

        // Another period would be refused if the device were still open.
        EnergyMeters.open(config(Metering.inFlight(7))).close();
    }

    @Test
    void metersOfADeviceShareItsLedger() throws Exception {
        try (EnergyMeter first = openMetered();
                EnergyMeter second = open()) {
            EnergyMeter.Span one = first.begin();
            EnergyMeter.Span other = second.begin();
            awaitInFlight(first, 0.002);
            powercap.use(4_000_000, 0);
            awaitInFlight(first, 4);

            double joules = settled(one.answered(Usage.UNKNOWN)).joules();

            assertThat(joules).isBetween(2 - MILLIJOULE, 3.0);
            // The other one has as much, once the device was read again.
            awaitInFlight(first, joules - MILLIJOULE);
            first.close();
            assertThat(accounts(second)).allMatch(EnergyAccount::available);
            assertThat(settled(other.failed()).joules()).isGreaterThanOrEqualTo(2 - MILLIJOULE);
        }
    }

    @Test
    void refusesModelsOnADeviceThatAreNotMeteredAlike() throws Exception {
        try (EnergyMeter meter = openMetered()) {
            assertThatThrownBy(() -> EnergyMeters.open(config(Metering.inFlight(7))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "energy: all models on rapl:package-0 must be metered alike, but one has"
                                    + " samplePeriodMillis=2, attribution=INFLIGHT,"
                                    + " promptTokenWeight=0.1, idle=INCLUDE and another"
                                    + " samplePeriodMillis=7, attribution=INFLIGHT,"
                                    + " promptTokenWeight=0.1, idle=INCLUDE");
            assertThat(accounts(meter)).allMatch(EnergyAccount::available);
        }
        // The refused meter has left nothing open.
        try (EnergyMeter meter = EnergyMeters.open(config(Metering.inFlight(7)))) {
            assertThat(accounts(meter)).hasSize(2);
        }
    }

    @Test
    void namesASourceThatIsMissing() {
        Path missing = root.resolve("missing");
        EnergyConfig config =
                new Devices(new RaplPackages(missing.toString()), Metering.inFlight(2));

        assertThatThrownBy(() -> EnergyMeters.open(config))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageContaining(missing.toString());
    }

    @Test
    void aDeviceThatIsLostHasNoJoulesUntilItComesBack() throws Exception {
        try (EnergyMeter meter = openMetered()) {
            EnergyMeter.Span before = meter.begin();
            Files.writeString(powercap.packageZone().resolve("energy_uj"), "gone");
            await().atMost(PATIENCE).until(() -> !accounts(meter).get(0).available());

            // The other device may stand still, so nothing needs to be used.
            EnergyCharge lost = before.answered(Usage.UNKNOWN);
            await().atMost(PATIENCE).until(() -> lost.settled().isDone());
            assertThat(lost.reading().known()).isFalse();
            // The other device could be read, but nobody is charged what it used.
            assertThat(accounts(meter).get(1).attributedJoules()).isCloseTo(0, within(1e-9));
            assertThat(meter.begin().answered(Usage.UNKNOWN).reading().known()).isFalse();
            assertThat(meter.begin().failed().reading().known()).isFalse();

            double unmetered = accounts(meter).get(0).unmeteredJoules();
            powercap.use(5_000_000, 1);
            powercap.runUntilMetered(meter);
            assertThat(accounts(meter).get(0).unmeteredJoules() - unmetered).isBetween(5.0, 5.5);
            EnergyMeter.Span after = meter.begin();
            powercap.use(2_000_000, 1);
            awaitInFlight(meter, 2);
            assertThat(settled(after.answered(Usage.UNKNOWN)).joules())
                    .isGreaterThanOrEqualTo(2 - MILLIJOULE);
        }
    }

    @Test
    void closingEndsTheThreads() throws Exception {
        // A meter does not wait for its threads, so those of the test before may still end.
        await().atMost(PATIENCE).until(() -> samplers() == 0);
        try (EnergyMeter meter = open()) {
            assertThat(samplers()).isEqualTo(2);
            meter.close();
        }
        await().atMost(PATIENCE).until(() -> samplers() == 0);
        try (EnergyMeter again = openMetered()) {
            assertThat(accounts(again)).allMatch(EnergyAccount::available);
        }
    }

    private static boolean isToBeAwaited(EnergyCharge charge) {
        return charge.reading().source().equals("rapl (interpolated)")
                && charge.waitMillis() == 3_000
                && !charge.settled().isDone();
    }

    private static long samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("energy-rapl:"))
                .count();
    }

    /** Waits for the joules of calls in flight while the devices draw a little power. */
    private void awaitInFlight(EnergyMeter meter, double joules) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            powercap.use(1_000, 1_000);
                            return inFlight(meter) >= joules - MILLIJOULE;
                        });
    }

    private EnergyReading settled(EnergyCharge charge) {
        await().atMost(PATIENCE).until(() -> used(charge.settled()));
        return charge.reading();
    }

    /** Whether it is settled, after the devices drew a little power. */
    private boolean used(CompletableFuture<EnergyReading> settled) throws IOException {
        powercap.use(1_000, 1_000);
        return settled.isDone();
    }

    private static double inFlight(EnergyMeter meter) {
        return accounts(meter).stream().mapToDouble(EnergyAccount::inFlightJoules).sum();
    }

    private EnergyMeter openMetered() throws EnergyUnavailableException {
        EnergyMeter meter = open();
        powercap.runUntilMetered(meter);
        return meter;
    }

    private EnergyMeter open() throws EnergyUnavailableException {
        return EnergyMeters.open(config(Metering.inFlight(PERIOD_MILLIS)));
    }

    private static EnergyConfig both(Devices one, Devices other) {
        return new Devices(Stream.of(one, other).flatMap(of -> of.parts().stream()).toList());
    }

    private Devices config(Metering metering) {
        return new Devices(new RaplPackages(root.toString()), metering);
    }
}
