package dev.messplus.energy;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a call that has ended is charged: a reading at once, and a better one once the counters of
 * its devices have moved. Thread safe.
 *
 * @param now supplies the best reading of the moment
 * @param settled completes with the last reading, on a thread that must not be blocked; never
 *     exceptionally. It may never complete if the meter is closed before
 * @param waitMillis how long an answer should wait for the last reading, in milliseconds; 0 if it
 *     is there, or if it will take longer than the configuration allows
 */
public record EnergyCharge(
        Supplier<EnergyReading> now, CompletableFuture<EnergyReading> settled, long waitMillis) {

    /** A charge that will not change. */
    public static EnergyCharge of(EnergyReading reading) {
        return new EnergyCharge(() -> reading, CompletableFuture.completedFuture(reading), 0);
    }

    /** The best reading of the moment. */
    public EnergyReading reading() {
        return now.get();
    }

    @Override
    public long waitMillis() {
        return settled.isDone() ? 0 : waitMillis;
    }
}
