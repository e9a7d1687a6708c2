package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
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
        mountTwoSockets();

        assertThat(RaplZones.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactly(
                        "rapl:package-0",
                        "rapl:package-0/dram",
                        "rapl:package-1",
                        "rapl:package-1/dram");
    }

    @Test
    void readsEachZoneFromItsOwnFile() throws Exception {
        mountTwoSockets();

        assertThat(RaplZones.open(root, ALL))
                .extracting(RaplCounter::microjoules)
                .containsExactly(1_000L, 1_002L, 2_000L, 2_002L);
    }

    @Test
    void identifiesZonesByTheRootAndTheName() throws Exception {
        mountTwoSockets();

        assertThat(RaplZones.open(root, List.of(0)))
                .extracting(RaplCounter::deviceId)
                .containsExactly(
                        Host.device(root + ":rapl:package-0"),
                        Host.device(root + ":rapl:package-0/dram"));
    }

    @Test
    void onlyMemoryMayStandStill() throws Exception {
        mountTwoSockets();

        assertThat(RaplZones.open(root, List.of(0)))
                .extracting(RaplCounter::stillMillis)
                .containsExactly(0L, Long.MAX_VALUE);
    }

    @Test
    void opensThePackagesRequested() throws Exception {
        mountTwoSockets();

        assertThat(RaplZones.open(root, List.of(1, 1)))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-1", "rapl:package-1/dram");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "intel-rapl"})
    void findsNestedZones(String controlType) throws Exception {
        Path zones = root.resolve(controlType);
        zone(zones.resolve("intel-rapl:0"), "package-0", 5);
        zone(zones.resolve("intel-rapl:0/intel-rapl:0:0"), "core", 6);
        zone(zones.resolve("intel-rapl:0/intel-rapl:0:1"), "dram", 7);

        assertThat(RaplZones.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-0", "rapl:package-0/dram");
    }

    @Test
    void doesNotTakeTheTenthZoneForASubZoneOfTheFirst() throws Exception {
        zone(root.resolve("intel-rapl:1"), "package-1", 5);
        zone(root.resolve("intel-rapl:10"), "package-10", 6);
        zone(root.resolve("intel-rapl:10:0"), "dram", 7);

        assertThat(RaplZones.open(root, ALL))
                .extracting(RaplCounter::name)
                .containsExactlyInAnyOrder(
                        "rapl:package-1", "rapl:package-10", "rapl:package-10/dram");
    }

    @Test
    void countsEachDieOfAPackage() throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0-die-0", 5);
        zone(root.resolve("intel-rapl:1"), "package-0-die-1", 6);
        zone(root.resolve("intel-rapl:2"), "package-1-die-0", 7);

        assertThat(RaplZones.open(root, List.of(0)))
                .extracting(RaplCounter::name)
                .containsExactly("rapl:package-0-die-0", "rapl:package-0-die-1");
    }

    @Test
    void passesAWrapAroundOnWithTheRange() throws Exception {
        Path zone = root.resolve("intel-rapl:0");
        zone(zone, "package-0", RANGE - 1);
        RaplCounter counter = RaplZones.open(root, ALL).get(0);
        assertThat(counter.microjoules()).isEqualTo(RANGE - 1);
        assertThat(counter.rangeMicrojoules()).isEqualTo(RANGE);

        write(zone.resolve("energy_uj"), "12\n");

        assertThat(counter.microjoules()).isEqualTo(12);
    }

    @Test
    void withoutARangeItNeverWrapsAround() throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0", 5);
        Files.delete(root.resolve("intel-rapl:0/max_energy_range_uj"));

        assertThat(RaplZones.open(root, ALL).get(0).rangeMicrojoules()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many"})
    void refusesAnInvalidRange(String range) throws Exception {
        zone(root.resolve("intel-rapl:0"), "package-0", 5);
        write(root.resolve("intel-rapl:0/max_energy_range_uj"), range);

        assertThatUnavailable(() -> RaplZones.open(root, ALL))
                .withMessageContaining("max_energy_range_uj")
                .withMessageContaining(range);
    }

    @Test
    void listsThePackagesForOneThatIsMissing() throws Exception {
        mountTwoSockets();

        assertThatUnavailable(() -> RaplZones.open(root, List.of(0, 2)))
                .withMessage(root + ": has no package 2; it has [0, 1]");
    }

    @Test
    void saysWhatRaplNeedsIfPowercapIsMissing() {
        assertThatUnavailable(() -> RaplZones.open(root.resolve("none"), ALL))
                .withMessageContaining(root.resolve("none").toString())
                .withMessageContaining("intel_rapl_msr")
                .withMessageContaining("virtual machine")
                .withMessageContaining("container");
    }

    @Test
    void saysWhatRaplNeedsIfThereIsNoPackage() throws Exception {
        zone(root.resolve("intel-rapl-mmio:0"), "package-0", 1);
        zone(root.resolve("intel-rapl:0"), "psys", 1);
        zone(root.resolve("intel-rapl:1"), "package-99999999999", 1);

        assertThatUnavailable(() -> RaplZones.open(root, ALL))
                .withMessageContaining("no RAPL package zone")
                .withMessageContaining("intel_rapl_msr");
    }

    /** This is what a container sees whose runtime hides the targets of the links. */
    @Test
    void ignoresDanglingLinks() throws Exception {
        Files.createSymbolicLink(root.resolve("intel-rapl:0"), root.resolve("hidden"));

        assertThatUnavailable(() -> RaplZones.open(root, ALL))
                .withMessageContaining("no RAPL package zone");
    }

    @Test
    void saysHowToGivePermission() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        Files.setPosixFilePermissions(energy, PosixFilePermissions.fromString("-wx-wx-wx"));
        assumeFalse(Files.isReadable(energy), "Skipped: this user may read every file, like root");

        assertThatUnavailable(() -> RaplZones.open(root, ALL))
                .withMessageContaining(energy + ": permission denied")
                .withMessageContaining("chmod a+r " + energy);
    }

    @Test
    void reportsAFileThatCannotBeRead() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplZones.open(root, ALL).get(0);
        Files.delete(energy);
        assertThatUnavailable(counter::microjoules).withMessageContaining(energy + ": cannot");

        Files.createDirectory(energy);
        assertThatUnavailable(counter::microjoules).withMessageContaining(energy + ": cannot");
        assertThatUnavailable(() -> RaplZones.open(root, ALL))
                .withMessageContaining(energy + ": cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "joules", "-5", "1.5", "99999999999999999999", "5\n6", "5\u0007"})
    void refusesContentThatIsNotANumber(String content) throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplZones.open(root, ALL).get(0);

        write(energy, content);

        assertThatUnavailable(counter::microjoules)
                .withMessageStartingWith(
                        energy + ": must contain a number, at least 0, but contains '")
                .satisfies(failure -> assertThat(failure.getMessage()).matches("\\p{Print}*"));
    }

    @Test
    void refusesAFileThatIsTooLong() throws Exception {
        Path energy = root.resolve("intel-rapl:0/energy_uj");
        zone(energy.getParent(), "package-0", 5);
        RaplCounter counter = RaplZones.open(root, ALL).get(0);
        write(energy, "7" + " ".repeat(63));
        assertThat(counter.microjoules()).isEqualTo(7);

        write(energy, "7" + " ".repeat(64));

        assertThatUnavailable(counter::microjoules).withMessageContaining("longer than 64 bytes");
    }

    /**
     * Two sockets as Linux shows them: nested directories, with links to all of them side by side.
     * Package 0 appears once more through memory-mapped registers.
     */
    private void mountTwoSockets() throws IOException {
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
