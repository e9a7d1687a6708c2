package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the counters of devices. Each is read once. If one of them cannot be read, none is left
 * open.
 */
public final class EnergyCounters {

    /** All GPUs on a page share a fetch; a page is at most this part of a sample period old. */
    private static final int PAGES_PER_PERIOD = 2;

    private EnergyCounters() {}

    /** GPUs, by index or UUID, through NVIDIA's management library. */
    public static List<EnergyCounter> nvml(String library, List<String> gpus, long patienceNanos)
            throws EnergyUnavailableException {
        return all(gpus, gpu -> NvmlCounter.open(library, gpu, patienceNanos, System::nanoTime));
    }

    /** GPUs, by index or UUID, on the page of a DCGM exporter. */
    public static List<EnergyCounter> dcgm(String url, List<String> gpus, Metering metering)
            throws EnergyUnavailableException {
        long maxAgeMillis = metering.samplePeriodMillis() / PAGES_PER_PERIOD;
        PrometheusPage page = PrometheusPage.at(url, maxAgeMillis, metering.access());
        return all(
                gpus,
                gpu -> DcgmCounter.open(page, gpu, metering.patienceNanos(), System::nanoTime));
    }

    /** Processor packages by number, all if there is none, where powercap is mounted. */
    public static List<EnergyCounter> rapl(Path root, List<Integer> packages)
            throws EnergyUnavailableException {
        return List.copyOf(RaplZones.open(root.toAbsolutePath().normalize(), packages));
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
