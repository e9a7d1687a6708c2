package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.EnergyUnavailableException;

/** Opens meters. All meters of a JVM share the devices that they read. */
public final class EnergyMeters {

    private EnergyMeters() {}

    /**
     * Opens the meter that a configuration asks for.
     *
     * @throws EnergyUnavailableException if a device cannot be read; the message names it
     * @throws IllegalArgumentException if the configuration names a device twice, or another model
     *     on the device is metered in another way
     */
    public static EnergyMeter open(EnergyConfig config) throws EnergyUnavailableException {
        return config instanceof EnergyConfig.Devices devices
                ? DeviceMeter.open(devices)
                : new StatedMeter((EnergySource.OfAnswers) config, System::nanoTime);
    }

    /**
     * A meter for devices that cannot be read yet. It opens them as soon as they can be read; until
     * then its readings have no joules.
     */
    public static EnergyMeter openLater(EnergyConfig config) {
        return new LateMeter(config.label(), () -> open(config), LateMeter.RETRY_MILLIS);
    }
}
