package dev.messplus.energy.meter;

import static dev.messplus.energy.meter.Powercap.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyUnavailableException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device is metered by one process of a host. */
@Timeout(120)
class DeviceLockTest {

    @TempDir private Path folder;

    private EnergyConfig device;
    private Process other;

    @BeforeEach
    void plugIn() throws Exception {
        Powercap.in(folder);
        device = config(folder.toString());
    }

    @AfterEach
    void kill() throws Exception {
        if (other != null) {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aDeviceThatAnotherProcessMetersIsRefusedUntilThatProcessIsGone() throws Exception {
        startOther();

        assertThatThrownBy(() -> EnergyMeters.open(device))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith("rapl:package-0")
                .hasMessageContaining("is metered already")
                .hasMessageContaining("charged twice");

        try (EnergyMeter late = new LateMeter("rapl", () -> EnergyMeters.open(device), 5)) {
            assertThat(late.isOpen()).isFalse();
            // As the operating system does with a TaskManager that is lost.
            other.destroyForcibly().waitFor();
            await().atMost(PATIENCE).until(late::isOpen);
        }
    }

    @Test
    void metersOfOneProcessShareADevice() throws Exception {
        try (EnergyMeter first = EnergyMeters.open(device);
                EnergyMeter second = EnergyMeters.open(device)) {
            assertThat(first.isOpen()).isTrue();
            assertThat(second.isOpen()).isTrue();
        }
        // Released, or another process could not.
        startOther();
    }

    /** The classes of another job are not these, but the locks of a JVM are one. */
    @Test
    void aSecondJobOfTheSameProcessIsRefused() throws Exception {
        try (DeviceLock job = DeviceLock.acquire("gpu", "nvml:gpu")) {
            assertThatThrownBy(() -> DeviceLock.acquire("gpu", "nvml:gpu"))
                    .isInstanceOf(EnergyUnavailableException.class);
            DeviceLock.acquire("other", "nvml:other").close();
        }
        DeviceLock.acquire("gpu", "nvml:gpu").close();
    }

    @Test
    void withoutAFolderForLocksDevicesAreMeteredAllTheSame() throws Exception {
        String before = System.setProperty(DeviceLock.FOLDER, folder.resolve("none").toString());
        try (EnergyMeter meter = EnergyMeters.open(device)) {
            assertThat(meter.isOpen()).isTrue();
        } finally {
            System.setProperty(DeviceLock.FOLDER, before);
        }
    }

    @Test
    void aLinkIsNotFollowed() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "");
        Path locks = Files.createDirectory(folder.resolve("locks"));
        String before = System.setProperty(DeviceLock.FOLDER, locks.toString());
        try {
            DeviceLock.acquire("gpu", "nvml:gpu").close();
            Path file;
            try (var files = Files.list(locks)) {
                file = files.findFirst().orElseThrow();
            }
            Files.delete(file);
            Files.createSymbolicLink(file, target);

            // Without a lock, so that both get it.
            try (DeviceLock first = DeviceLock.acquire("gpu", "nvml:gpu");
                    DeviceLock second = DeviceLock.acquire("gpu", "nvml:gpu")) {
                assertThat(first).isNotSameAs(second);
            }
        } finally {
            System.setProperty(DeviceLock.FOLDER, before);
        }
    }

    private void startOther() throws Exception {
        other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-D%s=%s"
                                        .formatted(
                                                DeviceLock.FOLDER,
                                                System.getProperty(DeviceLock.FOLDER)),
                                Other.class.getName(),
                                folder.toString())
                        .redirectErrorStream(true)
                        .start();
        BufferedReader said = other.inputReader();
        String line = said.readLine();
        while (line != null && !line.equals(Other.METERED)) {
            line = said.readLine();
        }
        assertThat(line).isEqualTo(Other.METERED);
    }

    private static EnergyConfig config(String root) {
        return new EnergyConfig.Rapl(root, List.of(), Metering.inFlight(50));
    }

    /** Another process, which meters the device in a folder until it is killed. */
    static final class Other {

        static final String METERED = "metered";

        private Other() {}

        public static void main(String[] arguments) throws Exception {
            try (EnergyMeter meter = EnergyMeters.open(config(arguments[0]))) {
                System.out.println(meter.isOpen() ? METERED : "late");
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }
}
