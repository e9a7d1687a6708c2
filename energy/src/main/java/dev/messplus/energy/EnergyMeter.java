package dev.messplus.energy;

import java.util.List;
import java.util.function.Supplier;

/**
 * Measures or estimates the energy of one model's answers. Thread safe. It never waits for a
 * device, and never throws because of what a device or a server reported.
 */
public interface EnergyMeter extends AutoCloseable {

    /**
     * Begins a call to the model: one HTTP exchange. The caller must end the span that this
     * returns.
     *
     * @param promptTokens tokens that its prompt probably has, at least 0; 0 if unknown
     */
    Span begin(int promptTokens);

    /** Begins a call to the model with a prompt of unknown length. */
    default Span begin() {
        return begin(0);
    }

    /** Whether the model's devices have been opened. */
    default boolean isOpen() {
        return true;
    }

    /** Whether what a call takes depends on how many calls run beside it. */
    default boolean followsLoad() {
        return true;
    }

    /**
     * The accounts of the devices that the model runs on, each as of the moment when it is asked
     * for; empty if no device is read, or before the meter {@linkplain #isOpen is open}.
     */
    default List<Supplier<EnergyAccount>> accounts() {
        return List.of();
    }

    /** Releases the devices. */
    @Override
    default void close() {}

    /** A call in flight. The caller must call exactly one of the methods, once. */
    interface Span {

        /**
         * Ends a call that brought an answer.
         *
         * @param usage what the model server reported with the answer
         * @return the energy of the answer
         */
        EnergyCharge answered(Usage usage);

        /**
         * Ends a call that brought no answer.
         *
         * @return the energy that the call used nevertheless: its share of what its devices used,
         *     or unknown if only a model server's usage states the joules of a call
         */
        EnergyCharge failed();

        /** Ends a call that reached no server, and that therefore used no energy. */
        void unreached();
    }
}
