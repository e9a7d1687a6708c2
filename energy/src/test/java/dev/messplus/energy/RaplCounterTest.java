package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RaplCounterTest {

    private static final List<Integer> ALL = List.of();
    private static final long RANGE = 262_143_328_850L;

    @TempDir private Path root;

    @Test
    void countsPackagesAndTheirMemoryOnce() throws Exception {
        asOnARealMachine();

        assertThat(RaplCounter.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactly(
                        "rapl:package-0",
                        "rapl:package-0/dram",
                        "rapl:package-1",
                        "rapl:package-1/dram");
    }

    @Test
    void readsEachFromItsOwnFile() throws Exception {
        asOnARealMachine();

        assertThat(RaplCounter.open(root, ALL))
                .extracting(RaplCounter::microjoules)
                .containsExactly(1_000L, 1_002L, 2_000L, 2_002L);
    }

    @Test
    void opensThePackagesAskedFor() throws Exception {
        asOnARealMachine();

        assertThat(RaplCounter.open(root, List.of(1, 1)))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-1", "rapl:package-1/dram");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "intel-rapl"})
    void findsZonesWithinEachOther(String controlType) throws Exception {
        Path zones = root.resolve(controlType);
        zone(zones.resolve("intel-rapl:0"), "package-0", 5);
        zone(zones.resolve("intel-rapl:0/intel-rapl:0:0"), "core", 6);
        zone(zones.resolve("intel-rapl:0/intel-rapl:0:1"), "dram", 7);

        assertThat(RaplCounter.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-0", "rapl:package-0/dram");
    }

    @Test
    void zonesBeyondTheTenthAreNotTakenForSubZones() throws Exception {
        zone(root.resolve("intel-rapl:1"), "package-1", 5);
        zone(root.resolve("intel-rapl:10"), "package-10", 6);
        zone(root.resolve("intel-rapl:10:0"), "dram", 7);

        assertThat(RaplCounter.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactlyInAnyOrder(
                        "rapl:package-1", "rapl:package-10", "rapl:package-10/dram");
    }

    @Test
    void eachDieOfAPackageIsCounted() throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0-die-0", 5);
        zone(root.resolve("intel-rapl:1"), "package-0-die-1", 6);
        zone(root.resolve("intel-rapl:2"), "package-1-die-0", 7);

        assertThat(RaplCounter.open(root, List.of(0)))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-0-die-0", "rapl:package-0-die-1");
    }

    @Test
    void aCounterThatStartsOverIsPassedOnWithItsRange() throws Exception {
        Path zone = root.resolve("intel-rapl:0");
        zone(zone, "package-0", RANGE - 1);
        RaplCounter counter = RaplCounter.open(root, ALL).get(0);
        assertThat(counter.microjoules()).isEqualTo(RANGE - 1);
        assertThat(counter.rangeMicrojoules()).isEqualTo(RANGE);

        write(zone.resolve("energy_uj"), "12\n");

        assertThat(counter.microjoules()).isEqualTo(12);
    }

    @Test
    void withoutARangeItNeverStartsOver() throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0", 5);
        Files.delete(root.resolve("intel-rapl:0/max_energy_range_uj"));

        assertThat(RaplCounter.open(root, ALL).get(0).rangeMicrojoules()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many"})
    void whatIsNoRangeIsRefused(String range) throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0", 5);
        write(root.resolve("intel-rapl:0/max_energy_range_uj"), range);

        assertThatUnavailable(() -> RaplCounter.open(root, ALL))
                .withMessageContaining("max_energy_range_uj")
                .withMessageContaining(range);
    }

    @Test
    void aPackageThatIsNotThereIsAnErrorThatTellsWhichAre() throws Exception {
        asOnARealMachine();

        assertThatUnavailable(() -> RaplCounter.open(root, List.of(0, 2)))
                .withMessage(root + ": has no package 2; it has [0, 1]");
    }

    @Test
    void withoutPowercapTheErrorTellsWhatItTakes() {
        assertThatUnavailable(() -> RaplCounter.open(root.resolve("none"), ALL))
                .withMessageContaining(root.resolve("none").toString())
                .withMessageContaining("intel_rapl_msr")
                .withMessageContaining("virtual machine")
                .withMessageContaining("container");
    }

    @Test
    void withoutAPackageTheErrorTellsTheSame() throws Exception {
        zone(root.resolve("intel-rapl-mmio:0"), "package-0", 1);
        zone(root.resolve("intel-rapl:0"), "psys", 1);
        zone(root.resolve("intel-rapl:1"), "package-99999999999", 1);

        assertThatUnavailable(() -> RaplCounter.open(root, ALL))
                .withMessageContaining("no RAPL package zone")
                .withMessageContaining("intel_rapl_msr");
    }

    /** So it looks in a container whose runtime hides the directories that these lead to. */
    @Test
    void linksThatLeadNowhereAreNoZones() throws Exception {
        Files.createSymbolicLink(root.resolve("intel-rapl:0"), root.resolve("hidden"));

        assertThatUnavailable(() -> RaplCounter.open(root, ALL))
                .withMessageContaining("no RAPL package zone");
    }

    @Test
    void withoutPermissionTheErrorTellsHowToGiveIt() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        Files.setPosixFilePermissions(energy, PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeFalse(Files.isReadable(energy), "this user, root perhaps, may read everything");

        assertThatUnavailable(() -> RaplCounter.open(root, ALL))
                .withMessageContaining(energy + ": may not be read")
                .withMessageContaining("chmod a+r " + energy);
    }

    @Test
    void whatCannotBeReadIsAnError() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplCounter.open(root, ALL).get(0);
        Files.delete(energy);
        assertThatUnavailable(counter::microjoules).withMessageContaining(energy + ": cannot");

        Files.createDirectory(energy);
        assertThatUnavailable(counter::microjoules).withMessageContaining(energy + ": cannot");
        assertThatUnavailable(() -> RaplCounter.open(root, ALL))
                .withMessageContaining(energy + ": cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "joules", "-5", "1.5", "99999999999999999999", "5\n6", "5\u0007"})
    void garbageIsAnError(String content) throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplCounter.open(root, ALL).get(0);

        write(energy, content);

        assertThatUnavailable(counter::microjoules)
                .withMessageStartingWith(energy + ": should hold microjoules, but holds '")
                .satisfies(failure -> assertThat(failure.getMessage()).matches("\\p{Print}*"));
    }

    @Test
    void aFileTooLongIsAnError() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplCounter.open(root, ALL).get(0);
        write(energy, "7" + " ".repeat(63));
        assertThat(counter.microjoules()).isEqualTo(7);

        write(energy, "7" + " ".repeat(64));

        assertThatUnavailable(counter::microjoules).withMessageContaining("longer than 64 bytes");
    }

    /**
     * Two sockets: the directories lie within each other, links to all of them side by side, and
     * package 0 is there once more through memory-mapped registers.
     */
    private void asOnARealMachine() throws IOException {
        Path devices = root.resolve("devices");
        Path rapl = devices.resolve("intel-rapl");
        for (int socket = 0; socket < 2; socket++) {
            String zone = "intel-rapl:" + socket;
            long energy = 1_000L * (socket + 1);
            zone(rapl.resolve(zone), "package-" + socket, energy);
            zone(rapl.resolve(zone).resolve(zone + ":0"), "core", energy + 1);
            zone(rapl.resolve(zone).resolve(zone + ":1"), "dram", energy + 2);
            zone(rapl.resolve(zone).resolve(zone + ":2"), "uncore", energy + 3);
            link(rapl.resolve(zone));
            for (int sub = 0; sub < 3; sub++) {
                link(rapl.resolve(zone).resolve(zone + ":" + sub));
            }
            Files.createSymbolicLink(rapl.resolve(zone).resolve("subsystem"), root);
        }
        zone(rapl.resolve("intel-rapl:2"), "psys", 9_000);
        link(rapl.resolve("intel-rapl:2"));
        link(rapl);
        Path mmio = devices.resolve("intel-rapl-mmio/intel-rapl-mmio:0");
        zone(mmio, "package-0", 1_000);
        link(mmio);
        link(mmio.getParent());
    }

    private void link(Path directory) throws IOException {
        Files.createSymbolicLink(root.resolve(directory.getFileName()), directory);
    }

    private static void zone(Path directory, String name, long microjoules) throws IOException {
        Files.createDirectories(directory);
        write(directory.resolve("name"), name + "\n");
        write(directory.resolve("energy_uj"), microjoules + "\n");
        write(directory.resolve("max_energy_range_uj"), RANGE + "\n");
    }

    private static void write(Path file, String content) throws IOException {
        Files.write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static ThrowableAssertAlternative<EnergyUnavailableException> assertThatUnavailable(
            ThrowingCallable what) {
        return assertThatExceptionOfType(EnergyUnavailableException.class).isThrownBy(what);
    }
}
