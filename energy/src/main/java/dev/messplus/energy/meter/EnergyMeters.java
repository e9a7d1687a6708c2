package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergySource;
import dev.messplus.energy.EnergyUnavailableException;
import java.util.Map;
import java.util.UUID;

/** Opens meters. All meters of a JVM share the devices that they read. */
public final class EnergyMeters {

    /** For devices that no other JVM meters. */
    private static final String THIS_JVM = UUID.randomUUID().toString();

    private EnergyMeters() {}

    /** Opens the meter of the only model on devices that this JVM has for itself. */
    public static EnergyMeter open(EnergyConfig config) throws EnergyUnavailableException {
        return open(config, THIS_JVM, "");
    }

    /**
     * Opens the meter that a configuration asks for.
     *
     * @param job id of a job whose JVMs tell each other of their calls: see {@link #callsInFlight}.
     *     No other job on this host can open the devices meanwhile
     * @param model name of the model, which tells it apart from others on a device
     * @throws EnergyUnavailableException if a device cannot be read; the message names it
     * @throws IllegalArgumentException if the configuration names a device twice, or another model
     *     on the device is metered in another way
     */
    public static EnergyMeter open(EnergyConfig config, String job, String model)
            throws EnergyUnavailableException {
        return config instanceof EnergyConfig.Devices devices
                ? DeviceMeter.open(devices, job, model)
                : new StatedMeter((EnergySource.OfAnswers) config, System::nanoTime);
    }

    /**
     * A meter for devices that cannot be read yet. It opens them as soon as they can be read; until
     * then its readings have no joules.
     *
     * @param job as in {@link #open(EnergyConfig, String, String)}
     * @param model as there
     */
    public static EnergyMeter openLater(EnergyConfig config, String job, String model) {
        return new LateMeter(
                config.label(), () -> open(config, job, model), LateMeter.RETRY_MILLIS);
    }

    /**
     * The number of calls in flight of each model on each device that this JVM has open, by {@link
     * EnergyCounter#deviceId}, a space, and the name of the model.
     */
    public static Map<String, Integer> callsInFlight() {
        return SharedDevices.callsInFlight();
    }

    /**
     * Tells the devices how many calls other JVMs have in flight on them from now on. Calls of this
     * JVM are charged their part of all.
     *
     * @param calls by device and model as in {@link #callsInFlight}, at least 0; none where that is
     *     missing
     */
    public static void callsElsewhere(Map<String, Integer> calls) {
        SharedDevices.callsElsewhere(calls);
    }
}
