package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the counters of devices. Each is read once. If one of them cannot be read, none is left
 * open.
 */
public final class EnergyCounters {

    /** All GPUs on a page share a fetch; a page is at most this part of a sample period old. */
    private static final int PAGES_PER_PERIOD = 2;

    private static final Logger LOG = LoggerFactory.getLogger(EnergyCounters.class);

    private static final Proc PROC = Proc.ofThisHost();

    private EnergyCounters() {}

    /** GPUs, by index, UUID or PCI bus id, through NVIDIA's management library. */
    public static List<EnergyCounter> nvml(String library, List<String> gpus, long patienceNanos)
            throws EnergyUnavailableException {
        return all(gpus, gpu -> NvmlCounter.open(library, gpu, patienceNanos, System::nanoTime));
    }

    /** GPUs, by index, UUID or PCI bus id, on the page of a DCGM exporter. */
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

    /** The server that listens on a TCP port; estimated where powercap has no packages. */
    public static EnergyCounter ofPort(int port, Path powercap, double wattsPerCore)
            throws EnergyUnavailableException {
        return server(ProcessCpuTime.ofPort(PROC, port, System::nanoTime), powercap, wattsPerCore);
    }

    /** The process with an id; estimated where powercap has no packages. */
    public static EnergyCounter ofPid(long pid, Path powercap, double wattsPerCore)
            throws EnergyUnavailableException {
        return server(ProcessCpuTime.ofPid(PROC, pid, System::nanoTime), powercap, wattsPerCore);
    }

    /** The processes of a control group; estimated where powercap has no packages. */
    public static EnergyCounter ofCgroup(Path folder, Path powercap, double wattsPerCore)
            throws EnergyUnavailableException {
        return server(new CgroupCpuTime(folder), powercap, wattsPerCore);
    }

    private static EnergyCounter server(CpuTime cpuTime, Path powercap, double wattsPerCore)
            throws EnergyUnavailableException {
        return new ServerCounter(cpuTime, PROC, packagesOrNone(powercap), wattsPerCore);
    }

    private static List<RaplCounter> packagesOrNone(Path powercap) {
        try {
            return RaplZones.open(powercap.toAbsolutePath().normalize(), List.of());
        } catch (EnergyUnavailableException e) {
            LOG.warn(
                    "The energy of model servers is estimated from their processor time: {}",
                    e.getMessage());
            return List.of();
        }
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
