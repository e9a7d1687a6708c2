package dev.messplus.energy.source;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.EnergyCounters;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.util.List;

/** GPUs of another host, read from its DCGM exporter. */
public record DcgmGpus(
        @Setting(
                        required = true,
                        pattern = "^https?://[^\\s/@]+[^\\s@]*$",
                        expected =
                                "the http or https address of a DCGM exporter's page, without a user")
                String url,
        @Setting(
                        required = true,
                        minItems = 1,
                        maxItems = 1_024,
                        types = {"integer", "string"},
                        pattern = DcgmGpus.GPU,
                        expected = DcgmGpus.GPU_IN_WORDS,
                        range = "[0, )")
                List<String> gpus)
        implements EnergySource.OfDevices {

    static final String GPU =
            "^([0-9]+|GPU-[0-9a-fA-F-]+"
                    + "|([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7])$";
    static final String GPU_IN_WORDS =
            "an index from 0, a UUID like GPU-8f2c…, or a PCI bus id in quotes like \"65:00.0\";"
                    + " for a MIG instance, that of its GPU";

    public DcgmGpus {
        Check.page("url", url);
        Check.that(!gpus.isEmpty(), "gpus: must name at least one GPU");
        gpus = List.copyOf(gpus);
    }

    @Override
    public String label() {
        return "dcgm";
    }

    /** An exporter refreshes its page every few seconds. */
    @Override
    public long samplePeriodMillis() {
        return 1_000;
    }

    @Override
    public List<EnergyCounter> open(Metering metering) throws EnergyUnavailableException {
        return EnergyCounters.dcgm(url, gpus, metering);
    }
}
