package dev.messplus.energy;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A meter whose devices could not be read when a job came back from a failure: tries again until
 * they can, and tells no joules before.
 */
final class LateMeter implements EnergyMeter {

    private static final Logger LOG = LoggerFactory.getLogger(LateMeter.class);

    /** How often devices are looked for. */
    static final long RETRY_MILLIS = 5_000;

    private final EnergyConfig config;
    private final ScheduledExecutorService retries;
    private final Span unmetered;
    private volatile EnergyMeter meter;
    private String lastFailure;
    private boolean closed;

    LateMeter(EnergyConfig config, long retryMillis) {
        this.config = config;
        this.unmetered = new Unmetered(new EnergyReading(Double.NaN, config.label()));
        retries =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "energy-retry-" + config.label());
                            thread.setDaemon(true);
                            return thread;
                        });
        Future<?> unused =
                retries.scheduleWithFixedDelay(
                        this::tryAgain, retryMillis, retryMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public Span begin() {
        EnergyMeter opened = meter;
        return opened == null ? unmetered : opened.begin();
    }

    @Override
    public boolean isOpen() {
        return meter != null;
    }

    @Override
    public List<EnergyAccount> accounts() {
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

    private void tryAgain() {
        try {
            EnergyMeter opened = EnergyMeter.open(config);
            synchronized (this) {
                if (closed) {
                    opened.close();
                    return;
                }
                meter = opened;
            }
            LOG.info("energy: {} can be read", config.label());
            retries.shutdown();
        } catch (EnergyUnavailableException | RuntimeException | Error e) {
            if (!String.valueOf(e.getMessage()).equals(lastFailure)) {
                lastFailure = String.valueOf(e.getMessage());
                LOG.warn("energy: {} still cannot be read: {}", config.label(), lastFailure);
            }
        }
    }

    private record Unmetered(EnergyReading nothing) implements Span {

        @Override
        public EnergyReading answered(Usage usage) {
            return nothing;
        }

        @Override
        public double failed() {
            return 0;
        }
    }
}
