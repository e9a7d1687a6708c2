package dev.messplus.replay.serving;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.setting.Check;

/**
 * A GPU that servers run on, and how the job meters it.
 *
 * @param idleWatts power while no server makes a step, in watts, at least 0
 * @param metering how it is read and how its energy is split
 */
public record DeviceSpec(double idleWatts, Metering metering) {

    /** Period of the counter of NVML, and of its readings by default. */
    static final long PERIOD_MILLIS = 100;

    public DeviceSpec {
        Check.that(idleWatts >= 0, "idleWatts: must be at least 0, was " + idleWatts);
    }

    /** Metered as {@code nvml} is by default, but for who pays for idle power. */
    public static DeviceSpec nvml(double idleWatts, IdlePolicy idle) {
        return new DeviceSpec(
                idleWatts,
                EnergyConfigMeteringBuilder.builder(Metering.inFlight(PERIOD_MILLIS))
                        .idle(idle)
                        .build());
    }

    /** The same, split otherwise. */
    public DeviceSpec by(Attribution attribution) {
        return new DeviceSpec(
                idleWatts,
                EnergyConfigMeteringBuilder.builder(metering).attribution(attribution).build());
    }
}
