package dev.messplus.energy.counter;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.messplus.energy.EnergyUnavailableException;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The part of the NVIDIA Management Library (NVML) that an energy counter needs, bound through JNA.
 * Each counter has a binding of its own, which holds at most one reference to NVML. Not thread
 * safe.
 *
 * @see <a href="https://docs.nvidia.com/deploy/nvml-api/">NVML API reference</a>
 */
final class Nvml {

    private static final int SUCCESS = 0;

    /** NVML_DEVICE_NAME_V2_BUFFER_SIZE and NVML_DEVICE_UUID_V2_BUFFER_SIZE of nvml.h. */
    private static final int TEXT_BYTES = 96;

    private static final String ENERGY = "nvmlDeviceGetTotalEnergyConsumption";

    private final String source;
    private final Function init;
    private final Function shutdown;
    private final Function count;
    private final Function byIndex;
    private final Function byUuid;
    private final Function byPciBusId;
    private final Function name;
    private final Function power;
    // These are null if the library lacks them.
    private final Function uuid;
    private final Function energy;
    private final Function errorString;

    /** Receives the results of NVML's functions. */
    private final Memory out = new Memory(TEXT_BYTES);

    private boolean initialized;

    private Nvml(String source, NativeLibrary library) {
        this.source = source;
        init = library.getFunction("nvmlInit_v2");
        shutdown = library.getFunction("nvmlShutdown");
        count = library.getFunction("nvmlDeviceGetCount_v2");
        byIndex = library.getFunction("nvmlDeviceGetHandleByIndex_v2");
        byUuid = library.getFunction("nvmlDeviceGetHandleByUUID");
        byPciBusId = library.getFunction("nvmlDeviceGetHandleByPciBusId_v2");
        name = library.getFunction("nvmlDeviceGetName");
        power = library.getFunction("nvmlDeviceGetPowerUsage");
        uuid = optional(library, "nvmlDeviceGetUUID");
        energy = optional(library, ENERGY);
        errorString = optional(library, "nvmlErrorString");
    }

    /**
     * Loads the library.
     *
     * @param library a name or an absolute path
     * @param source prefix of error messages
     * @throws EnergyUnavailableException if the library cannot be loaded or is not NVML
     */
    static Nvml load(String library, String source) throws EnergyUnavailableException {
        NativeLibrary loaded;
        try {
            loaded = NativeLibrary.getInstance(library);
        } catch (LinkageError e) {
            String remedy =
                    new File(library).isFile()
                            ? "the file exists; check that it belongs to the NVIDIA driver and was built"
                                    + " for this machine"
                            : "install the NVIDIA driver on this TaskManager's host and make"
                                    + " libnvidia-ml.so.1 visible in its container (--gpus all)";
            throw new EnergyUnavailableException(
                    "%s: cannot load %s: %s: %s".formatted(source, library, reason(e), remedy), e);
        }
        try {
            return new Nvml(source, loaded);
        } catch (UnsatisfiedLinkError e) {
            throw new EnergyUnavailableException(
                    "%s: %s is not NVML of driver 319 or later: %s"
                            .formatted(source, library, e.getMessage()),
                    e);
        }
    }

    /** Initializes NVML, unless this binding already holds a reference to it. */
    void init() throws EnergyUnavailableException {
        if (!initialized) {
            call(init);
            initialized = true;
        }
    }

    /** Releases the reference to NVML, if there is one, and ignores errors. */
    void shutdown() {
        if (initialized) {
            initialized = false;
            shutdown.invokeInt(new Object[0]);
        }
    }

    Pointer gpu(int index) throws EnergyUnavailableException {
        return handle(byIndex, index, this::gpus);
    }

    Pointer gpu(String gpuUuid) throws EnergyUnavailableException {
        return handle(
                byUuid,
                gpuUuid,
                () -> "no GPU has this UUID; 'nvidia-smi -L' lists those there are");
    }

    Pointer gpuAt(String pciBusId) throws EnergyUnavailableException {
        return handle(
                byPciBusId,
                pciBusId,
                () -> "no GPU has this PCI bus id; 'nvidia-smi -q' lists those there are");
    }

    private Pointer handle(Function function, Object gpu, Supplier<String> noSuchGpu)
            throws EnergyUnavailableException {
        int code = function.invokeInt(new Object[] {gpu, out});
        if (meansNoSuchGpu(code)) {
            throw failed(function, code, noSuchGpu.get());
        }
        check(function, code);
        return out.getPointer(0);
    }

    /** The product name of a GPU, if NVML reports it. */
    Optional<String> name(Pointer gpu) {
        return text(name, gpu);
    }

    /** The UUID of a GPU, if NVML reports it. */
    Optional<String> uuid(Pointer gpu) {
        return uuid == null ? Optional.empty() : text(uuid, gpu);
    }

    /**
     * Whether a GPU has an energy counter. The NVML reference promises one for Volta and later.
     *
     * @throws EnergyUnavailableException if NVML gives no answer now
     */
    boolean countsEnergy(Pointer gpu) throws EnergyUnavailableException {
        if (energy == null) {
            return false;
        }
        int code = energy.invokeInt(new Object[] {gpu, out});
        if (code == NvmlError.NOT_SUPPORTED.code() || code == NvmlError.FUNCTION_NOT_FOUND.code()) {
            return false;
        }
        check(energy, code);
        return true;
    }

    /**
     * Reads the counter of a GPU that {@linkplain #countsEnergy has one} ({@code
     * nvmlDeviceGetTotalEnergyConsumption}).
     *
     * @return microjoules since the driver was loaded, at least 0; NVML reports whole millijoules
     */
    long microjoules(Pointer gpu) throws EnergyUnavailableException {
        call(energy, gpu, out);
        long millijoules = out.getLong(0);
        // NVML's figure is unsigned. All ones means that there is no value.
        if (millijoules < 0 || millijoules > Long.MAX_VALUE / 1_000) {
            throw new EnergyUnavailableException(
                    "%s: %s answered %s mJ, which is out of range"
                            .formatted(source, ENERGY, Long.toUnsignedString(millijoules)));
        }
        return millijoules * 1_000;
    }

    /**
     * Reads the power of a GPU and its memory ({@code nvmlDeviceGetPowerUsage}). According to the
     * NVML reference this is the mean of one second on Ampere (except GA100) and later.
     *
     * @return watts, at least 0; NVML reports whole milliwatts
     */
    double watts(Pointer gpu) throws EnergyUnavailableException {
        call(power, gpu, out);
        return Integer.toUnsignedLong(out.getInt(0)) / 1e3;
    }

    private Optional<String> text(Function function, Pointer gpu) {
        int code = function.invokeInt(new Object[] {gpu, out, TEXT_BYTES});
        return code == SUCCESS
                ? Optional.of(out.getString(0, StandardCharsets.US_ASCII.name()))
                : Optional.empty();
    }

    private String gpus() {
        if (count.invokeInt(new Object[] {out}) != SUCCESS) {
            return NvmlError.NOT_FOUND.remedy();
        }
        int number = out.getInt(0);
        return switch (number) {
            case 0 -> NvmlError.GPU_NOT_FOUND.remedy();
            case 1 -> "there is 1 GPU, with index 0";
            default -> "there are %d GPUs, with indices 0 to %d".formatted(number, number - 1);
        };
    }

    private void call(Function function, Object... arguments) throws EnergyUnavailableException {
        check(function, function.invokeInt(arguments));
    }

    private void check(Function function, int code) throws EnergyUnavailableException {
        if (code != SUCCESS) {
            throw failed(
                    function,
                    code,
                    NvmlError.of(code)
                            .map(NvmlError::remedy)
                            .orElse("see nvmlReturn_t in the NVML reference"));
        }
    }

    private EnergyUnavailableException failed(Function function, int code, String remedy) {
        String label = NvmlError.of(code).map(NvmlError::label).orElseGet(() -> unknown(code));
        return new EnergyUnavailableException(
                "%s: %s answered %s: %s".formatted(source, function.getName(), label, remedy));
    }

    private String unknown(int code) {
        String words =
                errorString == null ? "" : errorString.invokeString(new Object[] {code}, false);
        return "error %d %s".formatted(code, words).strip();
    }

    private static boolean meansNoSuchGpu(int code) {
        return code == NvmlError.INVALID_ARGUMENT.code()
                || code == NvmlError.NOT_FOUND.code()
                || code == NvmlError.GPU_NOT_FOUND.code();
    }

    private static Function optional(NativeLibrary library, String function) {
        try {
            return library.getFunction(function);
        } catch (UnsatisfiedLinkError e) {
            return null;
        }
    }

    /** The loader's first message. JNA's own message contains the whole class path. */
    private static String reason(LinkageError e) {
        return e.getSuppressed().length > 0 ? e.getSuppressed()[0].getMessage() : e.getMessage();
    }
}
