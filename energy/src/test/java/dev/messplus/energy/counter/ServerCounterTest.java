package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The energy of a model server by its processor time. */
class ServerCounterTest {

    private static final long RANGE_MICROJOULES = 10_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private Path root;
    private ProcFolder processes;

    @BeforeEach
    void createFolders() throws IOException {
        root = Files.createDirectories(folder.resolve("proc"));
        processes = new ProcFolder(root);
        processes.process(1, "init", 0, 1, "500 500 900 900");
    }

    @Test
    void anEstimateIsTheTimeOfTheProcessAndItsChildrenTimesTheWattsOfACore() throws Exception {
        // The name of a program may have anything in it.
        processes.process(70, "llama) S 1 (x", 1, 40, "100 50 30 20");
        processes.process(71, "engine", 70, 41, "200 0 0 0");
        processes.process(72, "worker", 71, 42, "1 0 0 0");
        processes.process(73, "other", 1, 43, "4000 0 0 0");
        EnergyCounter counter = estimate(pid(70), 20);
        // What was used before, such as to load a model, was for no call.
        assertThat(counter.microjoules()).isZero();

        processes.process(70, "llama) S 1 (x", 1, 40, "110 52 90 90");
        processes.process(71, "engine", 70, 41, "230 0 0 0");
        processes.process(72, "worker", 71, 42, "2 0 0 0");
        processes.process(73, "other", 1, 43, "5000 0 0 0");

        // 43 ticks of 10 ms at 20 W.
        assertThat(counter.microjoules()).isEqualTo(8_600_000);
        assertThat(counter.name()).isEqualTo("process:pid-70");
        assertThat(counter.estimates()).isTrue();
    }

    @Test
    void newChildrenAreFoundWithinSecondsWithAllTheyUsed() throws Exception {
        processes.process(70, "vllm", 1, 40, "100 0 0 0");
        EnergyCounter counter = estimate(pid(70), 1);
        processes.process(71, "engine", 70, 90, "300 0 0 0");

        assertThat(counter.microjoules()).isZero();
        nanos.addAndGet(5_000_000_000L);
        assertThat(counter.microjoules()).isEqualTo(3_000_000);
        assertThat(counter.microjoules()).isEqualTo(3_000_000);
    }

    @Test
    void theTimeOfAChildThatEndsCountsOnceAndForGood() throws Exception {
        processes.process(70, "ollama", 1, 40, "100 0 0 0");
        processes.process(71, "runner", 70, 41, "300 0 0 0");
        EnergyCounter counter = estimate(pid(70), 1);
        processes.process(71, "runner", 70, 41, "400 0 0 0");
        assertThat(counter.microjoules()).isEqualTo(1_000_000);

        // It has ended, and its parent has not noticed; then it has.
        processes.zombie(71, 70, 41, "401 0 0 0");
        assertThat(counter.microjoules()).isEqualTo(1_010_000);
        processes.end(71);
        processes.process(70, "ollama", 1, 40, "101 0 401 0");
        assertThat(counter.microjoules()).isEqualTo(1_020_000);
        nanos.addAndGet(5_000_000_000L);
        assertThat(counter.microjoules()).isEqualTo(1_020_000);
    }

    @Test
    void anIdOfAProcessThatEndedIsNotThatOfTheNextOne() throws Exception {
        processes.process(70, "vllm", 1, 40, "100 0 0 0");
        EnergyCounter counter = estimate(pid(70), 1);
        processes.zombie(70, 1, 40, "100 0 0 0");
        assertThatThrownBy(counter::microjoules)
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageContaining(
                        "pid 70: there is no such process now; give the server's port");

        processes.process(70, "cron", 1, 95, "7 0 0 0");

        assertThatThrownBy(counter::microjoules).isInstanceOf(EnergyUnavailableException.class);
    }

    @Test
    void theServerOfAPortIsTheOneThatListensAlsoAfterARestart() throws Exception {
        String ofPort8000 = "0100007F:1F40";
        processes.sockets(
                "tcp",
                ProcFolder.socket(ofPort8000, "01", 900),
                ProcFolder.socket("0100007F:1F41", "0A", 901));
        processes.sockets(
                "tcp6", ProcFolder.socket("00000000000000000000000000000000:1F40", "0A", 902));
        // It opened the socket for the service, and has it still.
        processes.process(2, "systemd", 0, 2, "9000 0 0 0");
        processes.opens(2, 902);
        processes.process(69, "client", 1, 30, "9000 0 0 0");
        processes.opens(69, 900);
        processes.process(70, "llama-server", 1, 40, "100 0 0 0");
        processes.opens(70, 902);
        // It inherited the socket.
        processes.process(71, "child", 70, 41, "1 0 0 0");
        processes.opens(71, 902);
        EnergyCounter counter = estimate(port(8_000), 1);
        processes.process(70, "llama-server", 1, 40, "120 0 0 0");
        assertThat(counter.microjoules()).isEqualTo(200_000);
        assertThat(counter.name()).isEqualTo("process:port-8000");

        processes.end(70);
        processes.end(71);
        assertThatThrownBy(counter::microjoules)
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageContaining("belongs to another user");
        processes.sockets("tcp6");
        assertThatThrownBy(counter::microjoules)
                .hasMessageContaining(
                        "port 8000: no process listens on it that can be seen from here");

        processes.sockets("tcp", ProcFolder.socket(ofPort8000, "0A", 950));
        processes.process(99, "llama-server", 1, 90, "5 0 0 0");
        processes.opens(99, 950);
        assertThat(counter.microjoules()).isEqualTo(200_000);
        processes.process(99, "llama-server", 1, 90, "7 0 0 0");
        assertThat(counter.microjoules()).isEqualTo(220_000);
    }

    @Test
    void processesThatCannotBeReadAreLeftOut() throws Exception {
        processes.process(70, "llama-server", 1, 40, "100 0 0 0");
        // A folder in the place of the file fails to be read also for root.
        Files.createDirectories(root.resolve("66/stat"));

        assertThat(estimate(pid(70), 1).microjoules()).isZero();
    }

    @Test
    void aPortOfAContainerIsRefused() throws Exception {
        processes.sockets("tcp", ProcFolder.socket("00000000:1F40", "0A", 902));
        processes.process(70, "docker-proxy", 1, 40, "1 0 0 0");
        processes.opens(70, 902);

        assertThatThrownBy(() -> estimate(port(8_000), 1))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessage(
                        "port 8000: leads into a container; give the cgroup of the container"
                                + " instead");
    }

    @Test
    void aServerIsChargedItsPartOfWhatPackagesAndTheirMemoryUse() throws Exception {
        processes.process(70, "llama-server", 1, 40, "100 0 0 0");
        processes.host(1_000, 5_000);
        packages(9_000_000, 9_999_000);
        ServerCounter counter = measured(pid(70));
        assertThat(counter.estimates()).isFalse();
        assertThat(counter.microjoules()).isZero();

        // 30 of 40 ticks; the memory's counter wraps around.
        processes.process(70, "llama-server", 1, 40, "130 0 0 0");
        processes.host(1_040, 5_000);
        packages(9_800_000, 1_000);
        assertThat(counter.microjoules()).isEqualTo(Math.round((800_000 + 2_000) * .75));

        // Nobody was busy for as much as a tick: it is decided with the next one.
        packages(9_900_000, 1_000);
        assertThat(counter.microjoules()).isEqualTo(601_500);
        processes.host(1_050, 5_000);
        assertThat(counter.microjoules()).isEqualTo(601_500);
    }

    /** Of ticks that both counted, but not at the same moments, none is lost. */
    @Test
    void aServerAloneOnItsHostIsChargedAllOfIt() throws Exception {
        processes.process(70, "llama-server", 1, 40, "0 0 0 0");
        processes.host(0, 0);
        packages(0, 0);
        ServerCounter counter = measured(pid(70));
        int ticks = 0;
        for (int i = 1; i <= 100; i++) {
            ticks += i % 2 == 0 ? 4 : 6;
            processes.process(70, "llama-server", 1, 40, ticks + " 0 0 0");
            processes.host(5 * i, 0);
            packages(50_000L * i, 0);
            counter.microjoules();
        }

        assertThat(counter.microjoules()).isCloseTo(5_000_000, within(50_000L));
    }

    @Test
    void aRestartedServerIsChargedFromThenOn() throws Exception {
        processes.process(70, "llama-server", 1, 40, "100 0 0 0");
        processes.opens(70, 902);
        processes.sockets("tcp", ProcFolder.socket("0100007F:1F40", "0A", 902));
        processes.host(1_000, 0);
        packages(0, 0);
        ServerCounter counter = measured(port(8_000));

        processes.end(70);
        processes.process(71, "llama-server", 1, 90, "10 0 0 0");
        processes.opens(71, 902);
        processes.host(1_100, 0);
        packages(1_000_000, 0);
        assertThat(counter.microjoules()).isZero();
        processes.process(71, "llama-server", 1, 90, "60 0 0 0");
        processes.host(1_200, 0);
        packages(2_000_000, 0);

        assertThat(counter.microjoules()).isEqualTo(500_000);
    }

    @Test
    void aControlGroupStatesItsTime() throws Exception {
        Path group = Files.createDirectories(folder.resolve("ollama.service"));
        Files.writeString(
                group.resolve("cpu.stat"),
                "usage_usec 1500000\nuser_usec 1000000\nsystem_usec 500000\n");

        EnergyCounter counter = estimate(new CgroupCpuTime(group), 10);

        assertThat(counter.microjoules()).isEqualTo(15_000_000);
        assertThat(counter.name()).isEqualTo("process:cgroup-ollama.service");
        assertThat(counter.deviceId()).isEqualTo(Host.device("process:cgroup-" + group));
        Path elsewhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> estimate(new CgroupCpuTime(elsewhere), 10))
                .isInstanceOf(EnergyUnavailableException.class)
                .hasMessageContaining(elsewhere.resolve("cpu.stat") + ": cannot be read")
                .hasMessageContaining("below /sys/fs/cgroup");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void countsARealProcessAndItsChild() throws Exception {
        Process process =
                new ProcessBuilder("sh", "-c", "sh -c 'while :; do :; done' & wait").start();
        try {
            Proc proc = Proc.ofThisHost();
            await().atMost(PATIENCE)
                    .until(() -> proc.tree(proc.process(process.pid()).orElseThrow()).size() == 2);
            EnergyCounter counter =
                    estimate(ProcessCpuTime.ofPid(proc, process.pid(), System::nanoTime), 10);
            long before = counter.microjoules();

            // A tenth of a second of the child.
            await().atMost(PATIENCE).until(() -> counter.microjoules() - before >= 1_000_000);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void findsTheProcessThatListensOnARealPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Proc.ofThisHost().listener(socket.getLocalPort()).pid())
                    .isEqualTo(ProcessHandle.current().pid());
        }
    }

    private EnergyCounter estimate(CpuTime cpuTime, double wattsPerCore)
            throws EnergyUnavailableException {
        return new ServerCounter(cpuTime, processes.proc(), List.of(), wattsPerCore);
    }

    private ServerCounter measured(CpuTime cpuTime) throws EnergyUnavailableException {
        return new ServerCounter(cpuTime, processes.proc(), RaplZones.open(root, List.of()), 10);
    }

    private CpuTime pid(int pid) throws EnergyUnavailableException {
        return ProcessCpuTime.ofPid(processes.proc(), pid, nanos::get);
    }

    private CpuTime port(int port) {
        return ProcessCpuTime.ofPort(processes.proc(), port, nanos::get);
    }

    private void packages(long ofPackage, long ofMemory) throws IOException {
        zone("intel-rapl:0", "package-0", ofPackage);
        zone("intel-rapl:0:0", "dram", ofMemory);
    }

    private void zone(String zone, String name, long microjoules) throws IOException {
        Path directory = Files.createDirectories(root.resolve(zone));
        Files.writeString(directory.resolve("name"), name);
        Files.writeString(directory.resolve("max_energy_range_uj"), "" + RANGE_MICROJOULES);
        Files.writeString(directory.resolve("energy_uj"), "" + microjoules);
    }
}
