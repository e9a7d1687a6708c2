package dev.messplus.energy.meter;

import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyMeter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** A processor package and its memory, as files like those of Linux powercap. */
final class Powercap {

    /** How long tests wait for what must happen. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final Path root;
    private long packageMicrojoules = 7_000_000;
    private long dramMicrojoules = 1_000_000;

    private Powercap(Path root) {
        this.root = root;
    }

    static Powercap in(Path root) throws IOException {
        Powercap powercap = new Powercap(root);
        zone(powercap.packageZone(), "package-0");
        zone(powercap.dramZone(), "dram");
        powercap.use(0, 0);
        return powercap;
    }

    Path packageZone() {
        return root.resolve("intel-rapl:0");
    }

    Path dramZone() {
        return root.resolve("intel-rapl:0:0");
    }

    /** Moves the counters, by microjoules. */
    void use(long ofPackage, long ofDram) throws IOException {
        packageMicrojoules += ofPackage;
        dramMicrojoules += ofDram;
        write(packageZone(), packageMicrojoules);
        write(dramZone(), dramMicrojoules);
    }

    /** Uses a little energy until all devices of a meter have been seen to move twice. */
    void runUntilMetered(EnergyMeter meter) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            use(1_000, 1_000);
                            return accounts(meter).stream()
                                    .noneMatch(account -> Double.isNaN(account.watts()));
                        });
    }

    /** Moves the file into place as a whole, because a reader must not see half of a number. */
    static void write(Path zone, long microjoules) throws IOException {
        Path written = Files.writeString(zone.resolve("next"), microjoules + "\n");
        Files.move(
                written,
                zone.resolve("energy_uj"),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void zone(Path directory, String name) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("name"), name + "\n");
        Files.writeString(directory.resolve("max_energy_range_uj"), "262143328850\n");
    }

    /** The accounts of the devices of a meter, as of now. */
    static List<EnergyAccount> accounts(EnergyMeter meter) {
        return meter.accounts().stream().map(Supplier::get).toList();
    }
}
