package dev.messplus.energy.counter;

import dev.messplus.energy.EnergyUnavailableException;

/** The processor time of a model server. */
interface CpuTime {

    /** Names the server for logs, metrics and records. */
    String server();

    /** Identifies the server among those of the host. */
    default String id() {
        return server();
    }

    /**
     * Nanoseconds of processor time that the server has used since it was first seen, or more; of
     * four cores busy for a second, four seconds.
     *
     * @throws EnergyUnavailableException if the server does not run
     */
    long nanos() throws EnergyUnavailableException;
}
