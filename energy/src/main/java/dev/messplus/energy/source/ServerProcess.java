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

/**
 * A model server on the processors of this host, by its processor time: a share of what RAPL
 * measures, or an estimate where there is no RAPL. One of {@code port}, {@code pid} and {@code
 * cgroup} says which server.
 *
 * @param port the TCP port that it listens on
 * @param pid the id of its process; its children count as well
 * @param cgroup the folder of its control group of version 2
 * @param wattsPerCore watts of a busy core, for estimates
 * @param root where Linux mounts powercap
 */
public record ServerProcess(
        @Setting(range = "[1, 65535]") Integer port,
        @Setting(range = "[1, )") Long pid,
        @Setting String cgroup,
        @Setting(byDefault = "" + ServerProcess.WATTS_PER_CORE, range = "(0, 1000]")
                double wattsPerCore,
        @Setting(byDefault = RaplPackages.DEFAULT_ROOT) String root)
        implements EnergySource.OfDevices {

    /**
     * Watts of a busy core, where nothing measures: server processors take 150 to 400 W at 16 to 64
     * cores under load. Assumed. Energy is proportional to it, so that routing does not depend on
     * it if all models have this source.
     */
    public static final int WATTS_PER_CORE = 10;

    public ServerProcess {
        Check.that(wattsPerCore > 0, "wattsPerCore: must be above 0, was " + wattsPerCore);
        Check.that(root != null && !root.isBlank(), "root: must not be empty");
    }

    @Override
    public String label() {
        return "process";
    }

    @Override
    public List<EnergyCounter> open(Metering metering) throws EnergyUnavailableException {
        Path powercap = Path.of(root);
        EnergyCounter counter;
        if (port != null) {
            counter = EnergyCounters.ofPort(port, powercap, wattsPerCore);
        } else if (pid != null) {
            counter = EnergyCounters.ofPid(pid, powercap, wattsPerCore);
        } else if (cgroup != null) {
            counter = EnergyCounters.ofCgroup(Path.of(cgroup), powercap, wattsPerCore);
        } else {
            throw new EnergyUnavailableException(
                    "source process: needs port, pid or cgroup, to know the server");
        }
        return List.of(counter);
    }
}
