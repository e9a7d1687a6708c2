package dev.messplus.energy.counter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.messplus.energy.EnergyUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A shared library that stands in for NVML, with two GPUs at first; see nvml-stub.c. */
public final class NvmlStub {

    static final String ENERGY = "nvmlDeviceGetTotalEnergyConsumption";
    static final String POWER = "nvmlDeviceGetPowerUsage";
    static final int NOT_SUPPORTED = 3;

    /** Largest distance of two power readings that is integrated over. */
    static final long PATIENCE_NANOS = 2_000_000_000;

    private final Path file;
    private final NativeLibrary library;

    private NvmlStub(Path file) {
        this.file = file;
        library = NativeLibrary.getInstance(file.toString());
    }

    /**
     * Compiles and loads a stub that shares no state with others. Skips the test if there is no C
     * compiler.
     *
     * @param defines functions to leave out, e.g. {@code WITHOUT_ENERGY}
     */
    public static NvmlStub in(Path folder, String... defines) throws Exception {
        assumeTrue(Platform.isLinux(), "Skipped: the NVML stub builds on Linux only");
        Path source = Path.of(NvmlStub.class.getResource("/nvml-stub.c").toURI());
        Path file = Files.createTempDirectory(folder, "stub").resolve("libnvidia-ml.so.1");
        List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-Wall"));
        for (String define : defines) {
            command.add("-D" + define);
        }
        command.addAll(List.of("-o", file.toString(), source.toString()));
        Process gcc = start(command);
        String output = new String(gcc.getInputStream().readAllBytes(), UTF_8);
        assertThat(gcc.waitFor()).as(output).isZero();
        return new NvmlStub(file);
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return Assumptions.abort("Skipped: compiling the NVML stub needs gcc: " + e);
        }
    }

    NvmlCounter open(String gpu) throws EnergyUnavailableException {
        return NvmlCounter.open(path(), gpu, PATIENCE_NANOS, System::nanoTime);
    }

    public String path() {
        return file.toString();
    }

    /** Makes a function return a code from now on; 0 for its usual result. */
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

    /** Gives a GPU the index 0, and the others the indices after it. */
    NvmlStub first(int card) {
        return set("stub_first", card);
    }

    /** Reloads the driver, which gets a number; 0 unloads it. */
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
