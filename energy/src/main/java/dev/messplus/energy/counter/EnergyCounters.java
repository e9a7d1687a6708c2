package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyUnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens the counters of the devices that a configuration names. */
public final class EnergyCounters {

    /** All GPUs on a page share a fetch; a page is at most this part of a sample period old. */
    private static final int PAGES_PER_PERIOD = 2;

    private EnergyCounters() {}

    /**
     * Opens each device and reads it once.
     *
     * @return one counter per device, at least one, in the order of the configuration; to be closed
     *     by the caller
     * @throws EnergyUnavailableException if a device cannot be read; no counter is left open
     */
    public static List<EnergyCounter> open(EnergyConfig.Metered config)
            throws EnergyUnavailableException {
        if (config instanceof EnergyConfig.Rapl rapl) {
            Path root = Path.of(rapl.root()).toAbsolutePath().normalize();
            return List.copyOf(RaplZones.open(root, rapl.packages()));
        }
        long patienceNanos = config.metering().patienceNanos();
        if (config instanceof EnergyConfig.Nvml nvml) {
            return all(
                    nvml.gpus(),
                    gpu -> NvmlCounter.open(nvml.library(), gpu, patienceNanos, System::nanoTime));
        }
        if (config instanceof EnergyConfig.Dcgm dcgm) {
            long maxAgeMillis = dcgm.metering().samplePeriodMillis() / PAGES_PER_PERIOD;
            PrometheusPage page = PrometheusPage.at(dcgm.url(), maxAgeMillis, dcgm.access());
            return all(
                    dcgm.gpus(),
                    gpu -> DcgmCounter.open(page, gpu, patienceNanos, System::nanoTime));
        }
        throw new IllegalArgumentException("energy: no counter for " + config.label());
    }

    private interface Opener {
        EnergyCounter open(String gpu) throws EnergyUnavailableException;
    }

    private static List<EnergyCounter> all(List<String> gpus, Opener opener)
            throws EnergyUnavailableException {
        List<EnergyCounter> opened = new ArrayList<>();
        try {
            for (String gpu : gpus) {
                opened.add(opener.open(gpu));
            }
            return opened;
        } catch (EnergyUnavailableException | RuntimeException e) {
            opened.forEach(EnergyCounter::close);
            throw e;
        }
    }
}
