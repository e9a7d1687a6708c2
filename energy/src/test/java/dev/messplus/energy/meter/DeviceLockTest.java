package dev.messplus.energy.meter;

import static dev.messplus.energy.meter.Powercap.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import dev.messplus.energy.source.RaplPackages;
import java.io.BufferedReader;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device is metered by one job on a host. */
@Timeout(120)
class DeviceLockTest {

    private static final Set<String> ANSWERS = Set.of(Other.METERED, Locker.LOCKED, Locker.REFUSED);

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
    void aDeviceThatAnotherJobMetersIsRefusedUntilItsProcessIsGone() throws Exception {
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

    @Test
    void aSecondJobOfTheSameProcessIsRefused() throws Exception {
        try (DeviceLock job = DeviceLock.acquire("gpu", "nvml:gpu", "job")) {
            assertThatThrownBy(() -> DeviceLock.acquire("gpu", "nvml:gpu", "job"))
                    .isInstanceOf(EnergyUnavailableException.class)
                    .hasMessageStartingWith("nvml:gpu: is metered already, by another job");
            DeviceLock.acquire("other", "nvml:other", "job").close();
        }
        DeviceLock.acquire("gpu", "nvml:gpu", "job").close();
    }

    /** Its processes tell each other of their calls. */
    @Test
    void processesOfAJobMeterADeviceAtTheSameTime() throws Exception {
        try (DeviceLock here = DeviceLock.acquire("gpu", "nvml:gpu", "job")) {
            assertThat(here).isNotNull();
            assertThat(answerOf(java(Locker.class, "gpu", "job"))).isEqualTo(Locker.LOCKED);
            assertThat(answerOf(java(Locker.class, "gpu", "other job"))).isEqualTo(Locker.REFUSED);
        }
    }

    @Test
    void whoeverIsInterruptedWhileItWaitsIsToldSo() throws Exception {
        other = java(Looker.class, lockFile("gpu").toString());
        assertThat(answerOf(other)).isEqualTo(Locker.LOCKED);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> DeviceLock.acquire("gpu", "nvml:gpu", "job"))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageStartingWith("nvml:gpu: interrupted while it waited");
        assertThat(Thread.interrupted()).isTrue();

        other.destroyForcibly().waitFor();
        DeviceLock.acquire("gpu", "nvml:gpu", "job").close();
    }

    /** A process that looks for long holds up whoever opens a device, and nobody else. */
    @Test
    void nobodyElseWaitsForTheLockOfADevice() throws Exception {
        other = java(Looker.class, lockFile(Host.device("held")).toString());
        assertThat(answerOf(other)).isEqualTo(Locker.LOCKED);
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            Thread opening = new Thread(DeviceLockTest::openHeld);
                            opening.start();
                            while (opening.isAlive() && !isWaitingForLock(opening)) {
                                Thread.onSpinWait();
                            }
                            Map<String, Integer> unused = EnergyMeters.callsInFlight();
                            boolean stillWaits = isWaitingForLock(opening);
                            opening.join();
                            return stillWaits;
                        });
    }

    private static void openHeld() {
        try {
            EnergyCounter counter = new HeldCounter();
            SharedDevices.release(SharedDevices.acquire(counter, Metering.inFlight(50), "job"));
        } catch (EnergyUnavailableException e) {
            // The other process looks for longer than this one waits.
        }
    }

    private static boolean isWaitingForLock(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(DeviceLock.class.getName()));
    }

    private static Path lockFile(String deviceId) throws Exception {
        DeviceLock.acquire(deviceId, "a device", "job").close();
        UUID hash = UUID.nameUUIDFromBytes(deviceId.getBytes(StandardCharsets.UTF_8));
        return Path.of(System.getProperty(DeviceLock.FOLDER), "mess-energy-" + hash + ".lock");
    }

    private static final class HeldCounter implements EnergyCounter {

        @Override
        public String name() {
            return "held";
        }

        @Override
        public long microjoules() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** A process that closes a file loses its lock on it, whichever channel it closes. */
    @Test
    void aSecondJobWithClassesOfItsOwnLeavesTheLockToTheFirst() throws Exception {
        try (DeviceLock job = DeviceLock.acquire("gpu", "nvml:gpu", "job");
                URLClassLoader classes = classesOfAnotherJob()) {
            Method acquire =
                    classes.loadClass(DeviceLock.class.getName())
                            .getDeclaredMethod("acquire", String.class, String.class, String.class);
            acquire.setAccessible(true);
            assertThatThrownBy(() -> acquire.invoke(null, "gpu", "nvml:gpu", "other job"))
                    .rootCause()
                    .hasMessageContaining("is metered already");

            assertThat(answerOf(java(Locker.class, "gpu", "other job"))).isEqualTo(Locker.REFUSED);
        }
        assertThat(answerOf(java(Locker.class, "gpu", "other job"))).isEqualTo(Locker.LOCKED);
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
            DeviceLock.acquire("gpu", "nvml:gpu", "job").close();
            Path file;
            try (var files = Files.list(locks)) {
                file = files.findFirst().orElseThrow();
            }
            Files.delete(file);
            Files.createSymbolicLink(file, target);

            try (DeviceLock withoutFile = DeviceLock.acquire("gpu", "nvml:gpu", "job");
                    FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
                assertThat(withoutFile).isNotNull();
                // Not if this process had locked it already.
                assertThat(channel.tryLock()).isNotNull();
            }
        } finally {
            System.setProperty(DeviceLock.FOLDER, before);
        }
    }

    private void startOther() throws Exception {
        other = java(Other.class, folder.toString());
        assertThat(answerOf(other)).isEqualTo(Other.METERED);
    }

    private static Process java(Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("-D" + DeviceLock.FOLDER + "=" + System.getProperty(DeviceLock.FOLDER));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** The line that a process says beside those of its log. */
    private static String answerOf(Process process) throws Exception {
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        while (line != null && !ANSWERS.contains(line)) {
            line = said.readLine();
        }
        return line;
    }

    private static URLClassLoader classesOfAnotherJob() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(path).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    private static EnergyConfig config(String root) {
        return new Devices(new RaplPackages(root), Metering.inFlight(50));
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

    /** Another process, which looks at a lock file until it is killed. */
    static final class Looker {

        private Looker() {}

        public static void main(String[] arguments) throws Exception {
            try (FileChannel channel =
                            FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                    FileLock turn = channel.lock(0, 1, false)) {
                System.out.println(turn.isValid() ? Locker.LOCKED : Locker.REFUSED);
                Thread.sleep(Long.MAX_VALUE);
            }
        }
    }

    /** Another process, which tries to lock a device. */
    static final class Locker {

        static final String LOCKED = "locked";
        static final String REFUSED = "refused";

        private Locker() {}

        public static void main(String[] arguments) {
            try (DeviceLock lock = DeviceLock.acquire(arguments[0], arguments[0], arguments[1])) {
                System.out.println(LOCKED);
            } catch (EnergyUnavailableException e) {
                System.out.println(REFUSED);
            }
        }
    }
}
