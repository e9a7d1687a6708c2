package dev.messplus.energy.meter;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Usage;
import dev.messplus.energy.counter.EnergyCounter;
import dev.messplus.energy.counter.EnergyCounters;
import dev.messplus.energy.counter.PrometheusPage;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.ExpectedWork;
import dev.messplus.energy.ledger.LedgerCharge;
import dev.messplus.energy.ledger.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A meter that reads the counters of the devices that a model runs on. */
final class DeviceMeter implements EnergyMeter {

    /** All devices of a model server share a fetch of its page. */
    private static final long MAX_PAGE_AGE_MILLIS = 500;

    /** Standard deviations on either side of a figure that has 95 of 100 true ones in between. */
    private static final double DEVIATIONS = 2;

    private final long settleMillis;
    private final ModelTokens tokens;
    private final List<Device> devices;
    private final EnergyLedger[] ledgers;
    private final String source;
    private final String interpolated;
    private final EnergyReading unknown;

    private DeviceMeter(EnergyConfig.Metered config, List<Device> devices) {
        Metering metering = config.metering();
        this.settleMillis = SETTLE_MILLIS;
        this.tokens = new ModelTokens(metering.promptTokenWeight());
        this.devices = devices;
        this.ledgers = devices.stream().map(Device::ledger).toArray(EnergyLedger[]::new);
        List<String> marks = new ArrayList<>();
        if (devices.stream().anyMatch(Device::integratesPower)) {
            marks.add("integrated");
        }
        if (metering.attribution() == Attribution.TOKENS) {
            marks.add("by tokens");
        }
        this.source = marked(config.label(), marks);
        marks.add("interpolated");
        this.interpolated = marked(config.label(), marks);
        this.unknown = new EnergyReading(Double.NaN, config.label());
    }

    private static String marked(String label, List<String> marks) {
        return marks.isEmpty() ? label : label + " (" + String.join(", ", marks) + ")";
    }

    private static final long SETTLE_MILLIS = 250;

    /**
     * Opens the devices of a model.
     *
     * @throws EnergyUnavailableException if a device, or the page of token counters, cannot be
     *     read; no device is left open
     * @throws IllegalArgumentException if a device is named twice, or metered in another way by
     *     another model; no device is left open
     */
    static DeviceMeter open(EnergyConfig.Metered config) throws EnergyUnavailableException {
        List<Device> devices = new ArrayList<>();
        Deque<EnergyCounter> counters = new ArrayDeque<>(EnergyCounters.open(config));
        try {
            while (!counters.isEmpty()) {
                Device device = SharedDevices.acquire(counters.remove(), config.metering());
                boolean twice = devices.contains(device);
                devices.add(device);
                if (twice) {
                    throw new IllegalArgumentException(
                            "energy: the device " + device.id() + " is named twice; name it once");
                }
            }
            countTokens(devices, config.metering());
            return new DeviceMeter(config, devices);
        } catch (EnergyUnavailableException | RuntimeException e) {
            counters.forEach(EnergyCounter::close);
            devices.forEach(SharedDevices::release);
            throw e;
        }
    }

    private static void countTokens(List<Device> devices, Metering metering)
            throws EnergyUnavailableException {
        if (metering.attribution() == Attribution.TOKENS && metering.tokenCounters() != null) {
            PrometheusPage page = PrometheusPage.at(metering.tokenCounters(), MAX_PAGE_AGE_MILLIS);
            // The page must be there, but some servers have no counters before their first answer.
            page.requireReadable();
            devices.forEach(device -> device.countTokens(page));
        }
    }

    @Override
    public Span begin(int promptTokens) {
        ExpectedWork expected = tokens.expected(promptTokens);
        EnergyLedger.Entry[] entries = new EnergyLedger.Entry[ledgers.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = ledgers[i].begin(expected);
        }
        return new Call(entries, System.nanoTime());
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public List<EnergyAccount> accounts() {
        return List.of(ledgers);
    }

    @Override
    public void close() {
        devices.forEach(SharedDevices::release);
        devices.clear();
    }

    /** A call on all devices of the model. */
    private final class Call implements Span {

        private final EnergyLedger.Entry[] entries;
        private final long beginNanos;

        Call(EnergyLedger.Entry[] entries, long beginNanos) {
            this.entries = entries;
            this.beginNanos = beginNanos;
        }

        @Override
        public EnergyCharge answered(Usage usage) {
            return end(tokens.work(usage, (System.nanoTime() - beginNanos) / 1e9));
        }

        @Override
        public EnergyCharge failed() {
            return end(Work.UNKNOWN);
        }

        @Override
        public void unreached() {
            for (int i = 0; i < entries.length; i++) {
                ledgers[i].cancel(entries[i]);
            }
        }

        private EnergyCharge end(Work work) {
            LedgerCharge[] charges = new LedgerCharge[entries.length];
            long settleNanos = 0;
            for (int i = 0; i < entries.length; i++) {
                charges[i] = ledgers[i].end(entries[i], work);
                if (!charges[i].settled().isDone()) {
                    settleNanos = Math.max(settleNanos, ledgers[i].settleNanos());
                }
            }
            return charge(charges, settleNanos);
        }
    }

    private EnergyCharge charge(LedgerCharge[] charges, long settleNanos) {
        CompletableFuture<?>[] settled = new CompletableFuture<?>[charges.length];
        for (int i = 0; i < settled.length; i++) {
            settled[i] = charges[i].settled();
        }
        CompletableFuture<EnergyReading> last =
                CompletableFuture.allOf(settled).thenApply(all -> lastReading(charges));
        boolean soon = settleNanos <= TimeUnit.MILLISECONDS.toNanos(settleMillis);
        return EnergyCharge.pending(() -> reading(charges), last, soon ? settleMillis : 0);
    }

    /** Charges nothing if one of the devices could not be read. */
    private EnergyReading lastReading(LedgerCharge[] charges) {
        EnergyReading reading = reading(charges);
        if (!reading.known()) {
            for (int i = 0; i < charges.length; i++) {
                double joules = charges[i].figure().joules();
                if (!Double.isNaN(joules)) {
                    ledgers[i].refund(joules);
                }
            }
        }
        return reading;
    }

    /** The sum over the devices. */
    private EnergyReading reading(LedgerCharge[] charges) {
        double joules = 0;
        double variance = 0;
        boolean measured = true;
        for (LedgerCharge charge : charges) {
            LedgerCharge.Figure figure = charge.figure();
            joules += figure.joules();
            variance += figure.variance();
            measured &= figure.settled();
        }
        if (Double.isNaN(joules)) {
            return unknown;
        }
        return new EnergyReading(
                joules, DEVIATIONS * Math.sqrt(variance), measured ? source : interpolated);
    }
}
