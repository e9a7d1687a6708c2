package dev.messplus.energy;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The part of NVIDIA's management library that an energy counter needs; see the <a
 * href="https://docs.nvidia.com/deploy/nvml-api/">NVML API reference</a>. Every counter has its
 * own, with its own reference to NVML. Not thread safe.
 */
final class Nvml {

    private static final int SUCCESS = 0;

    /** The larger of the buffers that NVML asks for, in bytes: those of names and UUIDs. */
    private static final int TEXT_BYTES = 96;

    private static final String ENERGY = "nvmlDeviceGetTotalEnergyConsumption";

    private final String source;
    private final Function init;
    private final Function shutdown;
    private final Function count;
    private final Function byIndex;
    private final Function byUuid;
    private final Function name;
    private final Function power;
    // These are null where the library lacks them.
    private final Function uuid;
    private final Function energy;
    private final Function errorString;

    /** Where NVML puts what it answers. */
    private final Memory out = new Memory(TEXT_BYTES);

    private boolean initialized;

    private Nvml(String source, NativeLibrary library) {
        this.source = source;
        init = library.getFunction("nvmlInit_v2");
        shutdown = library.getFunction("nvmlShutdown");
        count = library.getFunction("nvmlDeviceGetCount_v2");
        byIndex = library.getFunction("nvmlDeviceGetHandleByIndex_v2");
        byUuid = library.getFunction("nvmlDeviceGetHandleByUUID");
        name = library.getFunction("nvmlDeviceGetName");
        power = library.getFunction("nvmlDeviceGetPowerUsage");
        uuid = optional(library, "nvmlDeviceGetUUID");
        energy = optional(library, ENERGY);
        errorString = optional(library, "nvmlErrorString");
    }

    /**
     * Loads the library.
     *
     * @param library a name, or an absolute path
     * @param source what messages start with
     * @throws EnergyUnavailableException if there is no such library, or it is not NVML
     */
    static Nvml load(String library, String source) throws EnergyUnavailableException {
        NativeLibrary loaded;
        try {
            loaded = NativeLibrary.getInstance(library);
        } catch (LinkageError e) {
            String remedy =
                    new File(library).isFile()
                            ? "the file is there, but is it the NVIDIA driver's, and for this machine?"
                            : "is the NVIDIA driver installed on this TaskManager's host, and"
                                    + " libnvidia-ml.so.1 visible in its container? (--gpus all)";
            throw new EnergyUnavailableException(
                    "%s: cannot load %s: %s: %s".formatted(source, library, reason(e), remedy), e);
        }
        try {
            return new Nvml(source, loaded);
        } catch (UnsatisfiedLinkError e) {
            throw new EnergyUnavailableException(
                    "%s: %s is not the NVML of a driver since 319: %s"
                            .formatted(source, library, e.getMessage()),
                    e);
        }
    }

    /** Takes a reference to NVML, if it does not hold one. */
    void init() throws EnergyUnavailableException {
        if (!initialized) {
            check("nvmlInit_v2", init.invokeInt(new Object[0]));
            initialized = true;
        }
    }

    /** Gives the reference back, if it holds one. What NVML says to that does not matter. */
    void shutdown() {
        if (initialized) {
            initialized = false;
            shutdown.invokeInt(new Object[0]);
        }
    }

    /** The handle of a GPU by its index. */
    Pointer gpu(int index) throws EnergyUnavailableException {
        int code = byIndex.invokeInt(new Object[] {index, out});
        if (meansNoSuchGpu(code)) {
            throw failed("nvmlDeviceGetHandleByIndex_v2", code, gpusHere());
        }
        check("nvmlDeviceGetHandleByIndex_v2", code);
        return out.getPointer(0);
    }

    /** The handle of a GPU by its UUID. */
    Pointer gpu(String byItsUuid) throws EnergyUnavailableException {
        int code = byUuid.invokeInt(new Object[] {byItsUuid, out});
        if (meansNoSuchGpu(code)) {
            String remedy = "no GPU here has this UUID; 'nvidia-smi -L' lists them";
            throw failed("nvmlDeviceGetHandleByUUID", code, remedy);
        }
        check("nvmlDeviceGetHandleByUUID", code);
        return out.getPointer(0);
    }

    /** The product name of a GPU, if NVML tells. */
    Optional<String> name(Pointer gpu) {
        return text(name, gpu);
    }

    /** The UUID of a GPU, if NVML tells. */
    Optional<String> uuid(Pointer gpu) {
        return uuid == null ? Optional.empty() : text(uuid, gpu);
    }

    /**
     * Whether a GPU counts its energy: those since Volta do, with a driver that knows of it.
     *
     * @throws EnergyUnavailableException if it cannot be told now
     */
    boolean countsEnergy(Pointer gpu) throws EnergyUnavailableException {
        if (energy == null) {
            return false;
        }
        int code = energy.invokeInt(new Object[] {gpu, out});
        if (code == NvmlError.NOT_SUPPORTED.code() || code == NvmlError.FUNCTION_NOT_FOUND.code()) {
            return false;
        }
        check(ENERGY, code);
        return true;
    }

    /**
     * The energy of a GPU that {@linkplain #countsEnergy counts it}.
     *
     * @return microjoules since the driver was loaded, counted in whole millijoules; at least 0
     */
    long microjoules(Pointer gpu) throws EnergyUnavailableException {
        check(ENERGY, energy.invokeInt(new Object[] {gpu, out}));
        long millijoules = out.getLong(0);
        // It is unsigned, and all ones is how NVML says that it has no figure.
        if (millijoules < 0 || millijoules > Long.MAX_VALUE / 1_000) {
            throw new EnergyUnavailableException(
                    "%s: %s answered %s mJ, which cannot be"
                            .formatted(source, ENERGY, Long.toUnsignedString(millijoules)));
        }
        return millijoules * 1_000;
    }

    /**
     * The power of a GPU and its memory now; on some architectures the mean of the last second.
     *
     * @return watts, at least 0
     */
    double watts(Pointer gpu) throws EnergyUnavailableException {
        check("nvmlDeviceGetPowerUsage", power.invokeInt(new Object[] {gpu, out}));
        return Integer.toUnsignedLong(out.getInt(0)) / 1e3;
    }

    private Optional<String> text(Function function, Pointer gpu) {
        int code = function.invokeInt(new Object[] {gpu, out, TEXT_BYTES});
        return code == SUCCESS
                ? Optional.of(out.getString(0, StandardCharsets.US_ASCII.name()))
                : Optional.empty();
    }

    private String gpusHere() {
        if (count.invokeInt(new Object[] {out}) != SUCCESS) {
            return NvmlError.NOT_FOUND.remedy();
        }
        int gpus = out.getInt(0);
        return switch (gpus) {
            case 0 -> NvmlError.GPU_NOT_FOUND.remedy();
            case 1 -> "there is 1 GPU here, of index 0";
            default -> "there are %d GPUs here, of index 0 to %d".formatted(gpus, gpus - 1);
        };
    }

    private void check(String function, int code) throws EnergyUnavailableException {
        if (code != SUCCESS) {
            throw failed(
                    function,
                    code,
                    NvmlError.of(code)
                            .map(NvmlError::remedy)
                            .orElse("see nvmlReturn_t in the NVML reference of this driver"));
        }
    }

    private EnergyUnavailableException failed(String function, int code, String remedy) {
        String label = NvmlError.of(code).map(NvmlError::label).orElseGet(() -> unknown(code));
        return new EnergyUnavailableException(
                "%s: %s answered %s: %s".formatted(source, function, label, remedy));
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

    /** What the loader said first. JNA's own message also tells the whole class path. */
    private static String reason(LinkageError e) {
        return e.getSuppressed().length > 0 ? e.getSuppressed()[0].getMessage() : e.getMessage();
    }
}
