package dev.messplus.energy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A library that answers like NVML, with two GPUs at first; see nvml-stub.c. */
final class NvmlStub {

    static final String ENERGY = "nvmlDeviceGetTotalEnergyConsumption";
    static final String POWER = "nvmlDeviceGetPowerUsage";
    static final int NOT_SUPPORTED = 3;

    /** How far readings of power may be apart. */
    static final long PATIENCE_NANOS = 2_000_000_000;

    private final Path file;
    private final NativeLibrary library;

    private NvmlStub(Path file) {
        this.file = file;
        library = NativeLibrary.getInstance(file.toString());
    }

    /**
     * Compiles and loads one that shares nothing with others. Skips the test where there is no C
     * compiler.
     *
     * @param defines what to leave out, e.g. {@code WITHOUT_ENERGY}
     */
    static NvmlStub in(Path folder, String... defines) throws Exception {
        assumeTrue(Platform.isLinux(), "Skipped: the stub of NVML is only known to build on Linux");
        Path source = Path.of(NvmlStub.class.getResource("/nvml-stub.c").toURI());
        Path file = Files.createTempDirectory(folder, "stub").resolve("libnvidia-ml.so.1");
        List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-Wall"));
        for (String define : defines) {
            command.add("-D" + define);
        }
        command.addAll(List.of("-o", file.toString(), source.toString()));
        Process gcc = start(command);
        String words = new String(gcc.getInputStream().readAllBytes(), UTF_8);
        assertThat(gcc.waitFor()).as(words).isZero();
        return new NvmlStub(file);
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Assumptions.abort("Skipped: needs gcc, to compile a stub of NVML: " + e);
        }
    }

    NvmlCounter open(String gpu) throws EnergyUnavailableException {
        return NvmlCounter.open(path(), gpu, PATIENCE_NANOS, System::nanoTime);
    }

    String path() {
        return file.toString();
    }

    /** Lets a function answer a code from now on; 0 for what it answers by itself. */
    NvmlStub answer(String function, int code) {
        return set("stub_answer", function, code);
    }

    NvmlStub energy(int card, long millijoules) {
        return set("stub_energy", card, millijoules);
    }

    NvmlStub power(int card, int milliwatts) {
        return set("stub_power", card, milliwatts);
    }

    NvmlStub gpus(int count) {
        return set("stub_gpus", count);
    }

    /** Gives a card the index 0, and the others those after it. */
    NvmlStub first(int card) {
        return set("stub_first", card);
    }

    /** Loads the driver again under another number, or with 0, takes it away. */
    NvmlStub driver(int load) {
        return set("stub_driver", load);
    }

    int references() {
        return library.getFunction("stub_references").invokeInt(new Object[0]);
    }

    int inits() {
        return library.getFunction("stub_inits").invokeInt(new Object[0]);
    }

    int shutdowns() {
        return library.getFunction("stub_shutdowns").invokeInt(new Object[0]);
    }

    private NvmlStub set(String function, Object... values) {
        library.getFunction(function).invokeVoid(values);
        return this;
    }
}
