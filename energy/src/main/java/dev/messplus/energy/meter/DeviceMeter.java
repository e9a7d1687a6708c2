package dev.messplus.energy.meter;

import static java.util.Collections.nCopies;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A meter that reads the counters of the devices that a model runs on. */
final class DeviceMeter implements EnergyMeter {

    /** Marks a source whose devices count no energy. */
    private static final String INTEGRATED = ": integrated power";

    /** All devices of a model server share a fetch of its page. */
    private static final long MAX_PAGE_AGE_MILLIS = 500;

    private final List<Device> devices;
    private final EnergyLedger[] ledgers;

    /** Of each ledger, since the sources of a model need not be metered alike. */
    private final double[] promptTokenWeights;

    private final String source;

    private DeviceMeter(
            EnergyConfig.Devices config, List<Device> devices, List<Metering> meterings) {
        this.promptTokenWeights =
                meterings.stream().mapToDouble(Metering::promptTokenWeight).toArray();
        this.devices = devices;
        this.ledgers = devices.stream().map(Device::ledger).toArray(EnergyLedger[]::new);
        this.source =
                devices.stream().anyMatch(Device::integratesPower)
                        ? config.label() + INTEGRATED
                        : config.label();
    }

    /**
     * Opens the devices of a model.
     *
     * @throws EnergyUnavailableException if a device, or the page of token counters, cannot be
     *     read; no device is left open
     * @throws IllegalArgumentException if a device is named twice, or metered in another way by
     *     another model; no device is left open
     */
    static DeviceMeter open(EnergyConfig.Devices config) throws EnergyUnavailableException {
        List<Device> devices = new ArrayList<>();
        List<Metering> meterings = new ArrayList<>();
        try {
            for (EnergyConfig.Metered part : config.parts()) {
                open(part, devices);
                meterings.addAll(nCopies(devices.size() - meterings.size(), part.metering()));
            }
            return new DeviceMeter(config, devices, meterings);
        } catch (EnergyUnavailableException | RuntimeException e) {
            devices.forEach(SharedDevices::release);
            throw e;
        }
    }

    private static void open(EnergyConfig.Metered part, List<Device> devices)
            throws EnergyUnavailableException {
        int first = devices.size();
        Deque<EnergyCounter> counters = new ArrayDeque<>(EnergyCounters.open(part));
        try {
            while (!counters.isEmpty()) {
                Device device = SharedDevices.acquire(counters.remove(), part.metering());
                boolean twice = devices.contains(device);
                devices.add(device);
                if (twice) {
                    throw new IllegalArgumentException(
                            "energy: the device " + device.id() + " is named twice; name it once");
                }
            }
        } finally {
            counters.forEach(EnergyCounter::close);
        }
        countTokens(devices.subList(first, devices.size()), part.metering());
    }

    private static void countTokens(List<Device> devices, Metering metering)
            throws EnergyUnavailableException {
        if (metering.attribution() == Attribution.TOKENS && metering.tokenCounters() != null) {
            PrometheusPage page =
                    PrometheusPage.at(
                            metering.tokenCounters(),
                            MAX_PAGE_AGE_MILLIS,
                            metering.tokenCountersAccess());
            // The page must be there, but some servers have no counters before their first answer.
            page.requireReadable();
            devices.forEach(device -> device.countTokens(page));
        }
    }

    @Override
    public Span begin() {
        EnergyLedger.Entry[] entries = new EnergyLedger.Entry[ledgers.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = ledgers[i].begin();
        }
        return new Call(entries);
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

        Call(EnergyLedger.Entry[] entries) {
            this.entries = entries;
        }

        @Override
        public EnergyReading answered(Usage usage) {
            return new EnergyReading(end(usage), source);
        }

        @Override
        public double failed() {
            double joules = end(Usage.UNKNOWN);
            return Double.isNaN(joules) ? 0 : joules;
        }

        /** The sum over the devices; {@code NaN}, and nothing charged, if one is not known. */
        private double end(Usage usage) {
            double[] joules = new double[entries.length];
            double sum = 0;
            for (int i = 0; i < entries.length; i++) {
                joules[i] =
                        ledgers[i].end(entries[i], weightedTokens(usage, promptTokenWeights[i]));
                sum += joules[i];
            }
            if (Double.isNaN(sum)) {
                for (int i = 0; i < entries.length; i++) {
                    if (!Double.isNaN(joules[i])) {
                        ledgers[i].refund(joules[i]);
                    }
                }
            }
            return sum;
        }

        private static double weightedTokens(Usage usage, double promptTokenWeight) {
            return usage.promptTokens() == null || usage.completionTokens() == null
                    ? Double.NaN
                    : promptTokenWeight * usage.promptTokens() + usage.completionTokens();
        }
    }
}
