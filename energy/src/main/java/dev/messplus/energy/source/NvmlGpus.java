package dev.messplus.energy.source;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.EnergyCounters;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.List;

/** GPUs of this host, read through the NVIDIA Management Library (NVML). */
public record NvmlGpus(
        @Setting(
                        required = true,
                        minItems = 1,
                        maxItems = 1_024,
                        types = {"integer", "string"},
                        pattern = DcgmGpus.GPU,
                        expected = DcgmGpus.GPU_IN_WORDS,
                        range = "[0, )")
                List<String> gpus,
        @Setting(byDefault = NvmlGpus.DEFAULT_LIBRARY) String library)
        implements EnergySource.OfDevices {

    /** Name of the library as the driver installs it on Linux. */
    public static final String DEFAULT_LIBRARY = "libnvidia-ml.so.1";

    public NvmlGpus {
        Check.that(library != null && !library.isBlank(), "library: must not be empty");
        Check.that(!gpus.isEmpty(), "gpus: must name at least one GPU");
        gpus = List.copyOf(gpus);
    }

    @Override
    public String label() {
        return "nvml";
    }

    @Override
    public List<EnergyCounter> open(Metering metering) throws EnergyUnavailableException {
        return EnergyCounters.nvml(library, gpus, metering.patienceNanos());
    }
}
