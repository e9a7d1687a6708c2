package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A meter for devices that could not be read when a job restarted after a failure. It retries until
 * they can be read; until then its readings have no joules.
 */
final class LateMeter implements EnergyMeter {

    private static final Logger LOG = LoggerFactory.getLogger(LateMeter.class);

    /** Time between two attempts to open the devices. */
    static final long RETRY_MILLIS = 5_000;

    private final String label;
    private final Callable<EnergyMeter> opener;
    private final ScheduledExecutorService retries;
    private final Span unmetered;

    /** {@code null} until the devices have been opened. */
    private volatile EnergyMeter meter;

    private String lastFailure;
    private boolean closed;

    /**
     * Starts to retry.
     *
     * @param label source of the readings, {@link dev.messplus.energy.EnergyConfig#label}
     * @param opener opens the meter to use once its devices can be read
     * @param retryMillis time between two attempts, above 0
     */
    LateMeter(String label, Callable<EnergyMeter> opener, long retryMillis) {
        this.label = label;
        this.opener = opener;
        this.unmetered = new Unmetered(EnergyCharge.of(new EnergyReading(Double.NaN, label)));
        retries = DaemonThreads.timer("energy-retry-" + label);
        Future<?> unused =
                retries.scheduleWithFixedDelay(
                        this::retry, retryMillis, retryMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public Span begin(int promptTokens) {
        EnergyMeter opened = meter;
        return opened == null ? unmetered : opened.begin(promptTokens);
    }

    @Override
    public boolean isOpen() {
        return meter != null;
    }

    @Override
    public boolean followsLoad() {
        EnergyMeter opened = meter;
        return opened == null || opened.followsLoad();
    }

    @Override
    public List<Supplier<EnergyAccount>> accounts() {
        EnergyMeter opened = meter;
        return opened == null ? List.of() : opened.accounts();
    }

    @Override
    public synchronized void close() {
        closed = true;
        retries.shutdownNow();
        if (meter != null) {
            meter.close();
        }
    }

    private void retry() {
        try {
            EnergyMeter opened = opener.call();
            synchronized (this) {
                if (closed) {
                    opened.close();
                    return;
                }
                meter = opened;
            }
            LOG.info("energy: {} is metered now", label);
            retries.shutdown();
        } catch (Exception | Error e) {
            // Loading a native library may fail with errors; one uncaught would end the retries.
            if (!String.valueOf(e.getMessage()).equals(lastFailure)) {
                lastFailure = String.valueOf(e.getMessage());
                LOG.warn("energy: {} still cannot be read: {}", label, lastFailure);
            }
        }
    }

    /** A call that began before the devices could be read. */
    private record Unmetered(EnergyCharge unknown) implements Span {

        @Override
        public EnergyCharge answered(Usage usage) {
            return unknown;
        }

        @Override
        public EnergyCharge failed() {
            return unknown;
        }

        @Override
        public void unreached() {}
    }
}
