package dev.messplus.energy.meter;

import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.counter.PrometheusPage;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.LedgerConfig;
import dev.messplus.energy.ledger.LedgerConfigBuilder;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device of this JVM: its counter, its ledger, and the thread that samples one into the other.
 */
final class Device implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    /** Time between two readings of a device that fails. */
    private static final long BACKOFF_NANOS = 1_000_000_000;

    /** Calls are mostly shorter than a counter that moves more rarely. */
    private static final double SLOW_MILLIS = 5_000;

    private final EnergyCounter counter;
    private final Metering metering;
    private final EnergyLedger ledger;
    private final TokenSampler tokens;
    private final ScheduledThreadPoolExecutor sampler;

    /** Why the last reading failed; {@code null} if it succeeded. */
    private volatile Throwable failure;

    private volatile boolean integratesPower;

    private long retryNanos;
    private boolean warnedOfSlowCounter;
    private final Set<String> models = new CopyOnWriteArraySet<>();
    private final AtomicBoolean warnedOfMissingTokens = new AtomicBoolean();

    /**
     * Reads the counter once. The counter is closed with the device, not if this fails.
     *
     * @param nanoClock a monotonic clock
     * @throws EnergyUnavailableException if the counter cannot be read
     */
    Device(EnergyCounter counter, Metering metering, LongSupplier nanoClock)
            throws EnergyUnavailableException {
        this.counter = counter;
        this.metering = metering;
        LedgerConfig config =
                LedgerConfigBuilder.builder()
                        .device(counter.name())
                        .rangeMicrojoules(counter.rangeMicrojoules())
                        .attribution(metering.attribution())
                        .idlePolicy(metering.idle())
                        .continuous(counter.movesContinuously())
                        .patienceNanos(metering.patienceNanos())
                        // Leaves Long.MAX_VALUE as it is.
                        .stillNanos(TimeUnit.MILLISECONDS.toNanos(counter.stillMillis()))
                        .build();
        ledger = new EnergyLedger(config, nanoClock, this::warnOfLoss);
        tokens = new TokenSampler(counter.name(), ledger, metering);
        boolean unused = read();
        sampler = DaemonThreads.timer("energy-" + counter.name());
    }

    void start() {
        long period = metering.samplePeriodMillis();
        Future<?> unused =
                sampler.scheduleWithFixedDelay(this::sample, period, period, TimeUnit.MILLISECONDS);
    }

    /** {@link EnergyCounter#deviceId} of the device. */
    String id() {
        return counter.deviceId();
    }

    /** {@link EnergyCounter#integratesPower}, as of the last reading. */
    boolean integratesPower() {
        return integratesPower;
    }

    boolean estimates() {
        return counter.estimates();
    }

    EnergyLedger ledger() {
        return ledger;
    }

    /** {@link EnergyLedger#addModel}. */
    int addModel(String model, double weight) {
        models.add(model);
        return ledger.addModel(model, weight);
    }

    /**
     * Reads the token counters of a model server on this device from now on.
     *
     * @param model number of its model in the ledger
     */
    void countTokens(PrometheusPage page, int model) {
        tokens.add(page, model);
    }

    /**
     * Checks that another model on this device is metered in the same way.
     *
     * @throws IllegalArgumentException if it is not
     */
    void requireSame(Metering other) {
        if (metering.samplePeriodMillis() != other.samplePeriodMillis()
                || metering.attribution() != other.attribution()
                || metering.promptTokenWeight() != other.promptTokenWeight()
                || metering.idle() != other.idle()) {
            throw new IllegalArgumentException(
                    "energy: all models on %s must be metered alike, but one has %s and another %s"
                            .formatted(counter.name(), described(metering), described(other)));
        }
    }

    /** Stops to sample. Does not wait for the counter, which may hang. */
    @Override
    public void close() {
        // The thread that reads the counter also closes it.
        sampler.execute(counter::close);
        sampler.shutdown();
        tokens.close();
    }

    private boolean read() throws EnergyUnavailableException {
        long microjoules = counter.microjoules();
        integratesPower = counter.integratesPower();
        return ledger.sample(microjoules, counter.movedVariance());
    }

    private void sample() {
        if (failure != null && System.nanoTime() - retryNanos < 0) {
            return;
        }
        try {
            if (read()) {
                LOG.info("{} is metered", counter.name());
            }
            failure = null;
            warnOfSlowCounter();
        } catch (EnergyUnavailableException | RuntimeException | Error e) {
            // Native code may fail with errors, and one that is not caught would end the sampling.
            failure = e;
            retryNanos = System.nanoTime() + BACKOFF_NANOS;
            ledger.sampleFailed();
        }
    }

    private void warnOfSlowCounter() {
        double periodMillis = ledger.account().counterPeriodMillis();
        // A counter that may never move does so as rarely as there is work: each reading is a step.
        boolean isSlow = counter.stillMillis() < Long.MAX_VALUE && periodMillis > SLOW_MILLIS;
        if (isSlow && !warnedOfSlowCounter) {
            warnedOfSlowCounter = true;
            LOG.warn(slowness(counter.name(), periodMillis, counter.slowHint()));
        }
    }

    /**
     * What to say of a slow counter.
     *
     * @param hint how to make it faster; {@code null} if nothing does
     */
    static String slowness(String name, double periodMillis, String hint) {
        return "%s moves every %d s only: the joules of a call are interpolated, and put right later%s"
                .formatted(name, Math.round(periodMillis / 1_000), hint == null ? "" : "; " + hint);
    }

    /** An answer of a model came without its tokens. Does not wait for the ledger. */
    void tokensMissing(String model) {
        if (models.size() > 1 && warnedOfMissingTokens.compareAndSet(false, true)) {
            LOG.warn(
                    "{}: an answer of {} came without the number of its tokens. What calls of {} take"
                            + " beside each other is learned from tokens; without them, modelWeight"
                            + " says it. Have the server report usage, or set modelWeight",
                    counter.name(),
                    model,
                    String.join(", ", models));
        }
    }

    private void warnOfLoss() {
        Throwable reason = failure;
        LOG.warn(
                "{} cannot be read; until it can, requests are charged the running estimate: {}",
                counter.name(),
                reason == null ? "there is no new reading" : reason.getMessage());
    }

    private static String described(Metering metering) {
        return "samplePeriodMillis=%d, attribution=%s, promptTokenWeight=%s, idle=%s"
                .formatted(
                        metering.samplePeriodMillis(),
                        metering.attribution(),
                        metering.promptTokenWeight(),
                        metering.idle());
    }
}
