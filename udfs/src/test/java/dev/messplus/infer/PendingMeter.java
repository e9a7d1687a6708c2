package dev.messplus.infer;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A meter that reports the joules of a call when a test says so. */
final class PendingMeter implements EnergyMeter {

    /** What it reports before. */
    static final EnergyReading AT_ONCE = new EnergyReading(3, 1, 2, "slow (interpolated)");

    private final long waitMillis;
    private final EnergyReading atOnce;

    /** Charges of the calls that have ended, in their order. */
    final Queue<CompletableFuture<EnergyReading>> ended = new ConcurrentLinkedQueue<>();

    final AtomicInteger unreached = new AtomicInteger();

    PendingMeter(long waitMillis, EnergyReading atOnce) {
        this.waitMillis = waitMillis;
        this.atOnce = atOnce;
    }

    /** Reports the joules of the call that ended first. */
    void settle(double joules) {
        ended.remove().complete(new EnergyReading(joules, 0, 0.5, "slow"));
    }

    @Override
    public Span begin(int promptTokens) {
        return new Span() {
            @Override
            public EnergyCharge answered(Usage usage) {
                return charge();
            }

            @Override
            public EnergyCharge failed() {
                return charge();
            }

            @Override
            public void unreached() {
                unreached.incrementAndGet();
            }
        };
    }

    private EnergyCharge charge() {
        CompletableFuture<EnergyReading> settled = new CompletableFuture<>();
        ended.add(settled);
        return new EnergyCharge(() -> settled.getNow(atOnce), settled, waitMillis);
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public List<Supplier<EnergyAccount>> accounts() {
        return List.of();
    }

    @Override
    public void close() {}
}
