package dev.messplus.energy.counter;

import com.sun.jna.Pointer;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The energy of one NVIDIA GPU, read through NVML: its energy counter ({@code
 * nvmlDeviceGetTotalEnergyConsumption}), or, if it has none, its power ({@code
 * nvmlDeviceGetPowerUsage}) integrated over time. The power also stands in for a counter that
 * stands still although power is drawn.
 *
 * <p>A reading that fails shuts NVML down. The next one initializes it again and looks the same GPU
 * up, so that this counter survives a reload of the driver, which resets the GPU's own counter.
 *
 * <p>Not thread safe.
 */
final class NvmlCounter implements EnergyCounter {

    private static final Logger LOG = LoggerFactory.getLogger(NvmlCounter.class);

    /** Sensors and counters of GPUs move every 20 to 100 ms. */
    private static final long STILL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Nvml nvml;
    private final String gpu;
    private final LongSupplier nanoClock;
    private final String device;
    private final boolean countsEnergy;
    private final EnergyOrPower energy;
    private final PowerIntegral power;

    /** {@code null} while NVML is shut down. */
    private Pointer handle;

    private boolean closed;

    private NvmlCounter(Nvml nvml, String gpu, LongSupplier nanoClock, long patienceNanos)
            throws EnergyUnavailableException {
        energy = new EnergyOrPower("nvml:" + gpu, STILL_NANOS, patienceNanos, STILL_NANOS);
        power = new PowerIntegral(patienceNanos, STILL_NANOS);
        this.nvml = nvml;
        this.gpu = gpu;
        this.nanoClock = nanoClock;
        handle = find(gpu);
        device = nvml.uuid(handle).orElse(gpu);
        countsEnergy = nvml.countsEnergy(handle);
        // Fails if the GPU reports neither energy nor power; starts the integral otherwise.
        long unused = read();
    }

    /**
     * Opens a GPU.
     *
     * @param library name or absolute path of NVML, usually {@code libnvidia-ml.so.1}
     * @param gpu index of the GPU, e.g. {@code 0}, its UUID, {@code GPU-…}, or its {@link PciBusId}
     * @param patienceNanos largest distance of two power readings that is integrated over
     * @param nanoClock a monotonic clock, for integrating power
     * @throws EnergyUnavailableException if NVML cannot be loaded, there is no such GPU, or the GPU
     *     reports neither energy nor power
     */
    static NvmlCounter open(String library, String gpu, long patienceNanos, LongSupplier nanoClock)
            throws EnergyUnavailableException {
        String source = "nvml gpu " + gpu;
        if (gpu.startsWith("MIG-")) {
            throw new EnergyUnavailableException(
                    source
                            + ": a MIG instance has no energy counter; name its parent GPU, which"
                            + " 'nvidia-smi -L' lists above it");
        }
        if (!isUuid(gpu) && !PciBusId.is(gpu) && !gpu.matches("[0-9]{1,9}")) {
            throw new EnergyUnavailableException(
                    source
                            + ": must be an index like 0, a UUID like GPU-…, or a PCI bus id like"
                            + " 65:00.0; see 'nvidia-smi -L' and 'nvidia-smi -q'");
        }
        Nvml nvml = Nvml.load(library, source);
        nvml.init();
        try {
            NvmlCounter counter = new NvmlCounter(nvml, gpu, nanoClock, patienceNanos);
            LOG.info(
                    "{}: {} ({}), {}",
                    counter.name(),
                    nvml.name(counter.handle).orElse("unnamed GPU"),
                    counter.device,
                    counter.countsEnergy
                            ? "reads nvmlDeviceGetTotalEnergyConsumption"
                            : "has no energy counter; integrates nvmlDeviceGetPowerUsage");
            return counter;
        } catch (EnergyUnavailableException e) {
            nvml.shutdown();
            throw e;
        }
    }

    /** {@code nvml:} and the GPU as {@link #open} was given it. */
    @Override
    public String name() {
        return "nvml:" + gpu;
    }

    /** The GPU's UUID; the {@link #name} on this host if NVML does not report it. */
    @Override
    public String deviceId() {
        return isUuid(device) ? device : Host.device(name());
    }

    @Override
    public boolean integratesPower() {
        return !countsEnergy || energy.integrates();
    }

    @Override
    public double movedVariance() {
        return countsEnergy ? energy.movedVariance() : power.movedVariance();
    }

    @Override
    public long microjoules() throws EnergyUnavailableException {
        if (closed) {
            throw new EnergyUnavailableException("nvml gpu " + gpu + ": the counter is closed");
        }
        try {
            if (handle == null) {
                nvml.init();
                // A driver that was reloaded may number its GPUs differently.
                handle = find(device);
            }
            return read();
        } catch (EnergyUnavailableException e) {
            // At once: NVML only initializes again once all references to it are released.
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
        return countsEnergy
                ? energy.microjoules(
                        nvml.microjoules(handle), () -> nvml.watts(handle), nanoClock.getAsLong())
                : power.add(nvml.watts(handle), nanoClock.getAsLong());
    }

    private void release() {
        handle = null;
        nvml.shutdown();
    }

    private Pointer find(String identity) throws EnergyUnavailableException {
        if (isUuid(identity)) {
            return nvml.gpu(identity);
        }
        return PciBusId.is(identity) ? nvml.gpuAt(identity) : nvml.gpu(Integer.parseInt(identity));
    }

    private static boolean isUuid(String gpu) {
        return gpu.startsWith("GPU-");
    }
}
