package dev.messplus.energy.source;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.EnergyCounters;
import dev.messplus.setting.Check;
import dev.messplus.setting.Setting;
import java.nio.file.Path;
import java.util.List;

/** Processor packages of this host and their memory, read through Linux powercap. */
public record RaplPackages(
        @Setting(range = "[0, )") List<Integer> packages,
        @Setting(byDefault = RaplPackages.DEFAULT_ROOT) String root)
        implements EnergySource.OfDevices {

    /** Where Linux mounts powercap. */
    public static final String DEFAULT_ROOT = "/sys/class/powercap";

    public RaplPackages {
        Check.that(root != null && !root.isBlank(), "root: must not be empty");
        packages = packages == null ? List.of() : List.copyOf(packages);
    }

    /** All packages of a host. */
    public RaplPackages(String root) {
        this(List.of(), root);
    }

    @Override
    public String label() {
        return "rapl";
    }

    @Override
    public List<EnergyCounter> open(Metering metering) throws EnergyUnavailableException {
        return EnergyCounters.rapl(Path.of(root), packages);
    }
}
