package dev.messplus.energy;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * What a call that has ended is charged: a reading at once, and a better one once the counters of
 * its devices have moved. Thread safe.
 */
public final class EnergyCharge {

    private final Supplier<EnergyReading> now;
    private final CompletableFuture<EnergyReading> settled;
    private final long waitMillis;

    private EnergyCharge(
            Supplier<EnergyReading> now,
            CompletableFuture<EnergyReading> settled,
            long waitMillis) {
        this.now = now;
        this.settled = settled;
        this.waitMillis = waitMillis;
    }

    /** A charge that will not change. */
    public static EnergyCharge of(EnergyReading reading) {
        return new EnergyCharge(() -> reading, CompletableFuture.completedFuture(reading), 0);
    }

    /**
     * A charge that will change.
     *
     * @param now supplies the best reading of the moment
     * @param settled completes with the last reading
     * @param waitMillis how long it is worth to wait for it, at least 0; 0 if it will take too long
     */
    public static EnergyCharge pending(
            Supplier<EnergyReading> now,
            CompletableFuture<EnergyReading> settled,
            long waitMillis) {
        return new EnergyCharge(now, settled, waitMillis);
    }

    /** The best reading of the moment. */
    public EnergyReading reading() {
        return now.get();
    }

    /**
     * Completes with the last reading, on a thread that must not be blocked; never exceptionally.
     * It may never complete if the meter is closed before.
     */
    public CompletableFuture<EnergyReading> settled() {
        return settled;
    }

    /**
     * How long an answer should wait for the last reading, in milliseconds; 0 if it is there, or if
     * it will take longer than the configuration allows.
     */
    public long waitMillis() {
        return settled.isDone() ? 0 : waitMillis;
    }
}
