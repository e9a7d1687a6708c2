package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The energy of a processor package or of its memory: a zone that Linux powercap reads from RAPL
 * (Running Average Power Limit), on Intel and AMD processors. Opened by {@link RaplZones}.
 */
final class RaplCounter implements EnergyCounter {

    private final String name;
    private final String deviceId;
    private final Path energy;
    private final long range;
    private final long stillMillis;

    /**
     * The counter of a zone.
     *
     * @param part what it counts, e.g. {@code package-0}
     * @param root path at which powercap is mounted
     * @param stillMillis {@link EnergyCounter#stillMillis}
     */
    RaplCounter(String part, Path root, Path zone, long stillMillis)
            throws EnergyUnavailableException {
        this.name = "rapl:" + part;
        this.deviceId = Host.device(root + ":" + name);
        this.energy = zone.resolve("energy_uj");
        this.range = range(zone.resolve("max_energy_range_uj"));
        this.stillMillis = stillMillis;
    }

    @Override
    public String name() {
        return name;
    }

    /** The {@link #name} below the root at which powercap is mounted on this host. */
    @Override
    public String deviceId() {
        return deviceId;
    }

    @Override
    public long microjoules() throws EnergyUnavailableException {
        return PowercapFile.number(energy);
    }

    @Override
    public long rangeMicrojoules() {
        return range;
    }

    @Override
    public long stillMillis() {
        return stillMillis;
    }

    /**
     * RAPL moves about every millisecond (Intel, "Software Developer's Manual", volume 3, 16.10).
     */
    @Override
    public boolean movesContinuously() {
        return true;
    }

    private static long range(Path file) throws EnergyUnavailableException {
        if (!Files.exists(file)) {
            return Long.MAX_VALUE;
        }
        long range = PowercapFile.number(file);
        if (range == 0) {
            throw new EnergyUnavailableException(file + ": is 0, but must be above 0");
        }
        return range;
    }
}
