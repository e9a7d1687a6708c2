package dev.messplus.energy;

import dev.messplus.energy.EnergyConfig.Metering;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device of this JVM: its counter, its ledger, and the thread that takes the one to the other.
 * All models, subtasks and slots that meter the same device share it, for only who knows all calls
 * on a device can split its energy.
 */
final class Device implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    /** Pages of token counters are large and need not be read as often as a device. */
    private static final long TOKENS_PERIOD_MILLIS = 1_000;

    /** A driver in trouble is not asked at every sample. */
    private static final long BACKOFF_NANOS = 1_000_000_000;

    private static final String NO_NEWS = "it tells nothing new";

    private static final Map<String, Device> OPEN = new HashMap<>();

    private final String id;
    private final EnergyCounter counter;
    private final Metering metering;
    private final EnergyLedger ledger;
    private final ScheduledThreadPoolExecutor sampler;
    private final List<ServedTokens> servers = new CopyOnWriteArrayList<>();

    /** Apart from the sampler, for a page that hangs must not lose a device. */
    private ScheduledThreadPoolExecutor pages;

    private volatile String failure = NO_NEWS;
    private long retryNanos;
    private int users;

    /** Reads the counter once; nothing runs yet. */
    private Device(String id, EnergyCounter counter, Metering metering)
            throws EnergyUnavailableException {
        this.id = id;
        this.counter = counter;
        this.metering = metering;
        this.ledger =
                new EnergyLedger(
                        counter.name(),
                        counter.rangeMicrojoules(),
                        metering.attribution(),
                        metering.patienceNanos(),
                        stillNanos(counter),
                        System::nanoTime,
                        this::lost);
        ledger.sample(counter.microjoules());
        sampler = thread("energy-" + counter.name());
    }

    /**
     * The device that a counter reads, opened if it is not open yet. Every call is to be matched by
     * one of {@link #close}.
     *
     * @param id tells devices apart, whatever a counter calls its own
     * @param counter is closed with the device, or at once if there is one already
     */
    static Device open(String id, EnergyCounter counter, Metering metering)
            throws EnergyUnavailableException {
        try {
            Device device = known(id, metering);
            if (device != null) {
                counter.close();
                return device;
            }
            // Outside of the lock: a device that hangs must not keep others from closing.
            Device opened = new Device(id, counter, metering);
            synchronized (OPEN) {
                device = known(id, metering);
                if (device != null) {
                    counter.close();
                    return device;
                }
                OPEN.put(id, opened);
                opened.users++;
                opened.start();
                return opened;
            }
        } catch (EnergyUnavailableException | RuntimeException e) {
            counter.close();
            throw e;
        }
    }

    private static long stillNanos(EnergyCounter counter) {
        // Which leaves forever as it is.
        return TimeUnit.MILLISECONDS.toNanos(counter.stillMillis());
    }

    boolean integratesPower() {
        return counter.integratesPower();
    }

    EnergyLedger ledger() {
        return ledger;
    }

    /** Has a model server's own counters of tokens read along. */
    void countTokens(PrometheusPage page) {
        synchronized (servers) {
            if (servers.stream().anyMatch(server -> server.isOf(page))) {
                return;
            }
            servers.add(new ServedTokens(page, metering.promptTokenWeight()));
            if (pages == null) {
                long period = Math.max(TOKENS_PERIOD_MILLIS, metering.samplePeriodMillis());
                pages = thread("energy-tokens-" + counter.name());
                Future<?> unused =
                        pages.scheduleWithFixedDelay(
                                this::countTokens, 0, period, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            if (--users > 0) {
                return;
            }
            OPEN.remove(id);
        }
        // The counter is closed where it is read: closing must not wait for a device.
        sampler.execute(counter::close);
        sampler.shutdown();
        synchronized (servers) {
            if (pages != null) {
                pages.shutdownNow();
            }
        }
    }

    /** The device if it is open, with one user more. */
    private static Device known(String id, Metering metering) {
        synchronized (OPEN) {
            Device device = OPEN.get(id);
            if (device != null) {
                device.requireSame(metering);
                device.users++;
            }
            return device;
        }
    }

    private void start() {
        long period = metering.samplePeriodMillis();
        Future<?> unused =
                sampler.scheduleWithFixedDelay(this::sample, period, period, TimeUnit.MILLISECONDS);
    }

    private static ScheduledThreadPoolExecutor thread(String name) {
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }

    private void countTokens() {
        double tokens = 0;
        boolean asTheyCome = true;
        for (ServedTokens server : servers) {
            tokens += server.sinceLast();
            asTheyCome &= server.countsAsTheyCome();
        }
        ledger.tokensServed(tokens, asTheyCome);
    }

    private void sample() {
        if (!failure.equals(NO_NEWS) && System.nanoTime() - retryNanos < 0) {
            return;
        }
        try {
            if (ledger.sample(counter.microjoules())) {
                LOG.info("{} is metered", counter.name());
            }
            failure = NO_NEWS;
        } catch (EnergyUnavailableException | RuntimeException | Error e) {
            // Native code fails with errors, and one that is not caught would end the sampling.
            failure = String.valueOf(e.getMessage());
            retryNanos = System.nanoTime() + BACKOFF_NANOS;
            ledger.noReading();
        }
    }

    private void lost() {
        LOG.warn(
                "{} cannot be read, requests are charged the running estimate until it can: {}",
                counter.name(),
                failure);
    }

    private void requireSame(Metering other) {
        if (metering.samplePeriodMillis() != other.samplePeriodMillis()
                || metering.attribution() != other.attribution()
                || metering.promptTokenWeight() != other.promptTokenWeight()) {
            throw new IllegalArgumentException(
                    "energy: models on one device must be metered alike, but "
                            + counter.name()
                            + " is by "
                            + described(metering)
                            + ", and by "
                            + described(other));
        }
    }

    private static String described(Metering metering) {
        return "samplePeriodMillis=%d, attribution=%s, promptTokenWeight=%s"
                .formatted(
                        metering.samplePeriodMillis(),
                        metering.attribution(),
                        metering.promptTokenWeight());
    }
}
