package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.ledger.EnergyLedger;
import java.util.HashMap;
import java.util.Map;

/**
 * The open devices of this JVM. All models, subtasks and slots that meter a device share it,
 * because its energy can be split only where all calls on it are known. Those of other JVMs are
 * {@linkplain #callsElsewhere told}. Another job of the host cannot open it meanwhile.
 */
final class SharedDevices {

    /** By {@link Device#id}; guarded by itself. */
    private static final Map<String, Shared> OPEN = new HashMap<>();

    /**
     * Held by whoever locks a device for this JVM, which may take a second. Taken before {@link
     * #OPEN}, so that nobody else waits for that.
     */
    private static final Object LOCKING = new Object();

    private static final class Shared {

        private final Device device;
        private final DeviceLock lock;
        private int users = 1;

        private Shared(Device device, DeviceLock lock) {
            this.device = device;
            this.lock = lock;
        }
    }

    private SharedDevices() {}

    /**
     * Returns the device that a counter reads, and opens it if it is not open yet. Each device that
     * this returns must be {@linkplain #release released} once.
     *
     * @param counter is closed with the device; at once if the device is open already, or on
     *     failure
     * @param job as in {@link EnergyMeters#open(EnergyConfig, String, String)}
     * @throws EnergyUnavailableException if the counter cannot be read, or another job on this host
     *     meters the device
     * @throws IllegalArgumentException if the device is open and metered in another way
     */
    static Device acquire(EnergyCounter counter, Metering metering, String job)
            throws EnergyUnavailableException {
        try {
            Device known = share(counter, metering);
            if (known != null) {
                return known;
            }
            // Outside of the lock: a device that hangs must not keep others from being released.
            Device opened = new Device(counter, metering, System::nanoTime);
            synchronized (LOCKING) {
                known = share(counter, metering);
                if (known != null) {
                    return known;
                }
                DeviceLock lock = DeviceLock.acquire(opened.id(), counter.name(), job);
                synchronized (OPEN) {
                    OPEN.put(opened.id(), new Shared(opened, lock));
                    opened.start();
                }
                return opened;
            }
        } catch (EnergyUnavailableException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }

    /** Releases a device, and closes it if nobody else uses it. Does not wait for the device. */
    static void release(Device device) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(device.id());
            if (--shared.users > 0) {
                return;
            }
            OPEN.remove(device.id());
            // Before somebody of this JVM can open the device again.
            shared.lock.close();
        }
        device.close();
    }

    /** {@link EnergyMeters#callsInFlight}. */
    static Map<String, Integer> callsInFlight() {
        synchronized (OPEN) {
            Map<String, Integer> calls = new HashMap<>();
            OPEN.forEach(
                    (id, shared) ->
                            shared.device
                                    .ledger()
                                    .inFlightByModel()
                                    .forEach((model, number) -> calls.put(key(id, model), number)));
            return calls;
        }
    }

    /** {@link EnergyMeters#callsElsewhere}. */
    static void callsElsewhere(Map<String, Integer> calls) {
        synchronized (OPEN) {
            OPEN.forEach((id, shared) -> callsElsewhere(id, shared.device.ledger(), calls));
        }
    }

    private static void callsElsewhere(
            String device, EnergyLedger ledger, Map<String, Integer> calls) {
        ledger.inFlightElsewhere(
                ledger.inFlightByModel().keySet().stream()
                        .mapToInt(model -> calls.getOrDefault(key(device, model), 0))
                        .toArray());
    }

    private static String key(String device, String model) {
        return device + ' ' + model;
    }

    /** The device that a counter reads, with one more user; {@code null} if it is not open. */
    private static Device share(EnergyCounter counter, Metering metering) {
        synchronized (OPEN) {
            Shared shared = OPEN.get(counter.deviceId());
            if (shared == null) {
                return null;
            }
            shared.device.requireSame(metering);
            shared.users++;
            counter.close();
            return shared.device;
        }
    }
}
