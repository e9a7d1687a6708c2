package dev.messplus.energy;

/**
 * The energy counter of one device: a GPU, a processor package, the memory of a package, or a
 * process's part of these.
 *
 * <p>Not thread safe: the thread that reads a counter also closes it. A reading may block for as
 * long as the device or its driver hangs.
 */
public interface EnergyCounter extends AutoCloseable {

    /**
     * Name of the device for logs, metrics and records, e.g. {@code nvml:0}, {@code
     * rapl:package-0}.
     */
    String name();

    /**
     * Identifies the device: two counters that read the same device have the same, on whichever
     * hosts they are, and two devices of the same name on two hosts do not.
     */
    default String deviceId() {
        return Host.device(name());
    }

    /**
     * Reads the counter.
     *
     * @return microjoules since a moment that only the device knows, at least 0. The figure rises,
     *     except that it may {@linkplain #rangeMicrojoules wrap around} or be reset; the caller
     *     handles both
     * @throws EnergyUnavailableException if the counter cannot be read now; a later reading may
     *     succeed
     */
    long microjoules() throws EnergyUnavailableException;

    /** The value at which the counter wraps around to 0; {@link Long#MAX_VALUE} for never. */
    default long rangeMicrojoules() {
        return Long.MAX_VALUE;
    }

    /**
     * How long the counter of a working device may stand still, in milliseconds, as long as its
     * period is not known. After that it counts as hanging. {@link Long#MAX_VALUE} if it may never
     * move at all.
     */
    default long stillMillis() {
        return 0;
    }

    /**
     * Whether the counter moves much more often than it can be read, so that a reading is as good
     * as new. {@code false} if that is not known.
     */
    default boolean movesContinuously() {
        return false;
    }

    /**
     * Whether the figure is integrated from power readings now, as the device counts no energy, or
     * its energy counter stands still.
     */
    default boolean integratesPower() {
        return false;
    }

    /**
     * Variance of what the figure moved when it last did, in square joules: power may have been
     * another between two readings. 0 if the device counts energy.
     */
    default double movedVariance() {
        return 0;
    }

    /** Whether the figure is an estimate, as nothing measures the energy of the device. */
    default boolean estimates() {
        return false;
    }

    /**
     * What makes a counter that moves rarely move more often, for a message; {@code null} if
     * nothing does.
     */
    default String slowHint() {
        return null;
    }

    /** Releases what the counter holds. Idempotent. */
    @Override
    default void close() {}
}
