package dev.messplus.energy;

import com.sun.jna.Pointer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The energy of one NVIDIA GPU, read through NVML: its own counter ({@code
 * nvmlDeviceGetTotalEnergyConsumption}), or where it has none, its power ({@code
 * nvmlDeviceGetPowerUsage}) integrated from one reading to the next.
 *
 * <p>A reading that fails gives NVML up, and the next one starts it anew and looks for the same
 * GPU, so that a counter outlives a reload of the driver. The driver's own then starts over.
 *
 * <p>Not thread safe: whoever reads it closes it.
 */
final class NvmlCounter implements EnergyCounter {

    private static final Logger LOG = LoggerFactory.getLogger(NvmlCounter.class);

    private final Nvml nvml;
    private final String gpu;
    private final LongSupplier nanos;
    private final String device;
    private final boolean integrates;
    private final PowerIntegral integral;

    /** {@code null} while NVML is given up. */
    private Pointer handle;

    private boolean closed;

    private NvmlCounter(Nvml nvml, String gpu, LongSupplier nanos, long patienceNanos)
            throws EnergyUnavailableException {
        integral = new PowerIntegral(patienceNanos);
        this.nvml = nvml;
        this.gpu = gpu;
        this.nanos = nanos;
        handle = find(gpu);
        device = nvml.uuid(handle).orElse(gpu);
        integrates = !nvml.countsEnergy(handle);
        // One that tells neither fails here, and power is integrated from here.
        long ignored = read();
    }

    /**
     * Opens a GPU.
     *
     * @param library the name or the absolute path of NVML, {@link
     *     EnergyConfig.Nvml#DEFAULT_LIBRARY} as a rule
     * @param gpu its index, e.g. {@code 0}, or its UUID, {@code GPU-…}
     * @param patienceNanos how far readings of power may be apart to be integrated
     * @param nanos a clock that never goes back, to integrate power with
     * @throws EnergyUnavailableException if there is no NVML, no such GPU, or the GPU tells neither
     *     energy nor power
     */
    static NvmlCounter open(String library, String gpu, long patienceNanos, LongSupplier nanos)
            throws EnergyUnavailableException {
        String source = "nvml gpu " + gpu;
        if (gpu.startsWith("MIG-")) {
            throw new EnergyUnavailableException(
                    source
                            + ": a MIG instance has no energy of its own; name its parent GPU, which"
                            + " 'nvidia-smi -L' lists above it");
        }
        if (!isUuid(gpu) && !gpu.matches("[0-9]{1,9}")) {
            throw new EnergyUnavailableException(
                    source + ": must be an index like 0 or a UUID like GPU-…; see 'nvidia-smi -L'");
        }
        Nvml nvml = Nvml.load(library, source);
        nvml.init();
        try {
            NvmlCounter counter = new NvmlCounter(nvml, gpu, nanos, patienceNanos);
            counter.log();
            return counter;
        } catch (EnergyUnavailableException e) {
            nvml.shutdown();
            throw e;
        }
    }

    /** {@code nvml:} and the GPU as it was named to {@link #open}. */
    @Override
    public String name() {
        return "nvml:" + gpu;
    }

    /**
     * Tells the card, whatever it was named to {@link #open}.
     *
     * @return its UUID; where NVML does not tell that, the name itself
     */
    String device() {
        return device;
    }

    @Override
    public boolean integratesPower() {
        return integrates;
    }

    @Override
    public long microjoules() throws EnergyUnavailableException {
        if (closed) {
            throw new EnergyUnavailableException("nvml gpu " + gpu + ": is closed");
        }
        try {
            if (handle == null) {
                nvml.init();
                // A driver may number its GPUs in another way than the one before.
                handle = find(device);
            }
            return read();
        } catch (EnergyUnavailableException e) {
            // Right now, for NVML only starts anew when nobody refers to it any more.
            release();
            throw e;
        }
    }

    @Override
    public void close() {
        closed = true;
        release();
    }

    private long read() throws EnergyUnavailableException {
        return integrates
                ? integral.add(nvml.watts(handle), nanos.getAsLong())
                : nvml.microjoules(handle);
    }

    private void release() {
        handle = null;
        nvml.shutdown();
    }

    private Pointer find(String identity) throws EnergyUnavailableException {
        return isUuid(identity) ? nvml.gpu(identity) : nvml.gpu(Integer.parseInt(identity));
    }

    private void log() {
        LOG.info(
                "{}: {} ({}), {}",
                name(),
                nvml.name(handle).orElse("a GPU without a name"),
                device,
                integrates
                        ? "integrating nvmlDeviceGetPowerUsage, as it has no energy counter"
                        : "reading nvmlDeviceGetTotalEnergyConsumption");
    }

    private static boolean isUuid(String gpu) {
        return gpu.startsWith("GPU-");
    }
}
