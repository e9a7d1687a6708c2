package dev.messplus.energy;

import java.util.List;

/**
 * Tells the energy of one model's answers. Thread safe; never waits for a device, and never throws
 * for what a device or a server said.
 */
public interface EnergyMeter extends AutoCloseable {

    /** A call to the model begins; what it costs is told by ending what this returns. */
    Span begin();

    /** Whether its devices have been opened. */
    boolean isOpen();

    /**
     * Books of the devices that the model runs on; none if it is metered by none, or before it
     * {@linkplain #isOpen is open}.
     */
    List<EnergyAccount> accounts();

    /** Lets go of the devices. */
    @Override
    void close();

    /** A call in flight. Exactly one of its methods is to be called, once. */
    interface Span {

        /**
         * The call brought an answer.
         *
         * @param usage what the model server reported with it
         * @return a reading without joules where they cannot be told
         */
        EnergyReading answered(Usage usage);

        /**
         * The call brought none.
         *
         * @return joules it took all the same; 0 where nobody could tell
         */
        double failed();
    }

    /**
     * Opens the meter that a configuration asks for. Devices are shared by all meters of a JVM.
     *
     * @throws EnergyUnavailableException if a device cannot be read, naming it and what was tried
     */
    static EnergyMeter open(EnergyConfig config) throws EnergyUnavailableException {
        if (config instanceof EnergyConfig.Nvml nvml) {
            return DeviceMeter.open(nvml);
        }
        if (config instanceof EnergyConfig.Dcgm dcgm) {
            return DeviceMeter.open(dcgm);
        }
        if (config instanceof EnergyConfig.Rapl rapl) {
            return DeviceMeter.open(rapl);
        }
        return StatedMeter.of(config, System::nanoTime);
    }

    /**
     * A meter for devices that cannot be read yet: opens them as soon as they can be, and tells no
     * joules until then.
     */
    static EnergyMeter openLater(EnergyConfig config) {
        return new LateMeter(config, LateMeter.RETRY_MILLIS);
    }
}
