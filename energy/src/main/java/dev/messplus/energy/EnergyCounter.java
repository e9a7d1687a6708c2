package dev.messplus.energy;

/**
 * One device's energy counter: a GPU, a processor package, the memory beside it.
 *
 * <p>Read by one thread at a time, which may be held up: whoever asks models reads what this thread
 * has left for them and never the device.
 */
interface EnergyCounter extends AutoCloseable {

    /** Names the device for people, metrics and records: {@code nvml:0}, {@code rapl:package-0}. */
    String name();

    /**
     * Reads the counter.
     *
     * @return microjoules since a moment that only the device knows. It rises, but for {@linkplain
     *     #rangeMicrojoules wrapping around} and for resets, both of which the reader sorts out
     * @throws EnergyUnavailableException if it cannot be read now; it may be another time
     */
    long microjoules() throws EnergyUnavailableException;

    /** The value at which the counter starts over from 0; {@link Long#MAX_VALUE} for never. */
    default long rangeMicrojoules() {
        return Long.MAX_VALUE;
    }

    /**
     * How long it may stand still while the device works, in milliseconds, before it has been seen
     * how often it moves; one that does so for longer hangs. {@link Long#MAX_VALUE} for one that
     * may never move.
     */
    default long stillMillis() {
        return 0;
    }

    /** Whether it is made of power readings, because the device counts no energy. */
    default boolean integratesPower() {
        return false;
    }

    /** Frees what it holds. Idempotent. */
    @Override
    void close();
}
