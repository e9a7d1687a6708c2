package dev.messplus.energy.meter;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Usage;
import dev.messplus.energy.counter.PrometheusPage;
import dev.messplus.energy.ledger.EnergyLedger;
import dev.messplus.energy.ledger.LedgerCharge;
import dev.messplus.energy.ledger.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A meter that reads the counters of the devices that a model runs on. */
final class DeviceMeter implements EnergyMeter {

    /** All devices of a model server share a fetch of its page. */
    private static final long MAX_PAGE_AGE_MILLIS = 500;

    /** Standard deviations on either side of a figure that has 95 of 100 true ones in between. */
    private static final double DEVIATIONS = 2;

    private final String model;
    private final List<Metered> devices;
    private final long settleMillis;
    private final String label;
    private final boolean byTokens;
    private final boolean estimates;

    /** A device, the model's number on it, and the tokens of the model's calls. */
    private record Metered(Device device, int number, ModelTokens tokens) {

        EnergyLedger ledger() {
            return device.ledger();
        }
    }

    private DeviceMeter(EnergyConfig.Devices config, String model, List<Metered> devices) {
        this.model = model;
        this.devices = devices;
        this.settleMillis =
                config.parts().stream()
                        .mapToLong(part -> part.metering().settleMillis())
                        .max()
                        .orElse(0);
        this.label = config.label();
        this.byTokens =
                config.parts().stream()
                        .anyMatch(part -> part.metering().attribution() == Attribution.TOKENS);
        // An estimate on one of the devices makes an estimate of the sum.
        this.estimates = devices.stream().anyMatch(metered -> metered.device().estimates());
    }

    /** The label of the sources, with what is being done to their figures in brackets. */
    private String source(List<ChargedPart> parts, boolean interpolated) {
        StringJoiner marks = new StringJoiner(", ", label + " (", ")").setEmptyValue(label);
        if (parts.stream().anyMatch(part -> part.device().integratesPower())) {
            marks.add("integrated");
        }
        if (byTokens) {
            marks.add("by tokens");
        }
        if (interpolated) {
            marks.add("interpolated");
        }
        return estimates ? marks + EnergyReading.ESTIMATED : marks.toString();
    }

    /**
     * Opens the devices of a model.
     *
     * @param job as in {@link EnergyMeters#open(EnergyConfig, String, String)}
     * @param model name of the model
     * @throws EnergyUnavailableException if a device, or the page of token counters, cannot be
     *     read; no device is left open
     * @throws IllegalArgumentException if a device is named twice, or metered in another way by
     *     another model; no device is left open
     */
    static DeviceMeter open(EnergyConfig.Devices config, String job, String model)
            throws EnergyUnavailableException {
        List<Metered> devices = new ArrayList<>();
        try {
            for (EnergyConfig.Metered part : config.parts()) {
                open(part, job, model, devices);
            }
            return new DeviceMeter(config, model, devices);
        } catch (EnergyUnavailableException | RuntimeException e) {
            devices.forEach(metered -> SharedDevices.release(metered.device()));
            throw e;
        }
    }

    private static void open(
            EnergyConfig.Metered part, String job, String model, List<Metered> devices)
            throws EnergyUnavailableException {
        int first = devices.size();
        Metering metering = part.metering();
        Deque<EnergyCounter> counters = new ArrayDeque<>(part.source().open(metering));
        try {
            while (!counters.isEmpty()) {
                Device device = SharedDevices.acquire(counters.remove(), metering, job);
                boolean twice = devices.stream().anyMatch(other -> other.device() == device);
                int number = device.addModel(model, metering.modelWeight());
                devices.add(new Metered(device, number, new ModelTokens(number, metering)));
                if (twice) {
                    throw new IllegalArgumentException(
                            "energy: the device "
                                    + device.ledger().account().device()
                                    + " is named twice; name it once");
                }
            }
        } finally {
            counters.forEach(EnergyCounter::close);
        }
        countTokens(devices.subList(first, devices.size()), metering);
    }

    private static void countTokens(List<Metered> devices, Metering metering)
            throws EnergyUnavailableException {
        if (metering.attribution() == Attribution.TOKENS && metering.tokenCounters() != null) {
            PrometheusPage page =
                    PrometheusPage.at(
                            metering.tokenCounters(),
                            MAX_PAGE_AGE_MILLIS,
                            metering.tokenCountersAccess());
            // The page must be there, but some servers have no counters before their first answer.
            page.requireReadable();
            devices.forEach(metered -> metered.device().countTokens(page, metered.number()));
        }
    }

    @Override
    public Span begin(int promptTokens) {
        List<Part> parts =
                devices.stream()
                        .map(
                                on ->
                                        new Part(
                                                on,
                                                on.ledger()
                                                        .begin(on.tokens().expected(promptTokens))))
                        .toList();
        long beginNanos = System.nanoTime();
        return new Span() {
            @Override
            public EnergyCharge answered(Usage usage) {
                if (usage.promptTokens() == null || usage.completionTokens() == null) {
                    devices.forEach(metered -> metered.device().tokensMissing(model));
                }
                return end(usage);
            }

            @Override
            public EnergyCharge failed() {
                return end(Usage.UNKNOWN);
            }

            private EnergyCharge end(Usage usage) {
                double seconds = (System.nanoTime() - beginNanos) / 1e9;
                return charge(parts.stream().map(part -> part.end(usage, seconds)).toList());
            }

            @Override
            public void unreached() {
                parts.forEach(part -> part.metered().ledger().cancel(part.entry()));
            }
        };
    }

    @Override
    public List<Supplier<EnergyAccount>> accounts() {
        return devices.stream()
                .map(Metered::ledger)
                .<Supplier<EnergyAccount>>map(ledger -> ledger::account)
                .toList();
    }

    @Override
    public void close() {
        devices.forEach(metered -> SharedDevices.release(metered.device()));
        devices.clear();
    }

    private record Part(Metered metered, EnergyLedger.Entry entry) {

        ChargedPart end(Usage usage, double seconds) {
            Work work = metered.tokens().work(usage, seconds);
            return new ChargedPart(metered.device(), metered.ledger().end(entry, work));
        }
    }

    private record ChargedPart(Device device, LedgerCharge charge) {}

    private EnergyCharge charge(List<ChargedPart> parts) {
        long settleNanos =
                parts.stream()
                        .filter(part -> !part.charge().isSettled())
                        .mapToLong(part -> part.device().ledger().settleNanos())
                        .max()
                        .orElse(0);
        CompletableFuture<?>[] settled =
                parts.stream()
                        .map(part -> part.charge().settled())
                        .toArray(CompletableFuture<?>[]::new);
        CompletableFuture<EnergyReading> last =
                CompletableFuture.allOf(settled).thenApply(all -> lastReading(parts));
        boolean soon = settleNanos <= TimeUnit.MILLISECONDS.toNanos(settleMillis);
        return new EnergyCharge(() -> reading(parts), last, soon ? settleMillis : 0);
    }

    /** Charges nothing if one of the devices could not be read. */
    private EnergyReading lastReading(List<ChargedPart> parts) {
        EnergyReading reading = reading(parts);
        if (!reading.known()) {
            for (ChargedPart part : parts) {
                double joules = part.charge().figure().joules();
                if (!Double.isNaN(joules)) {
                    part.device().ledger().refund(joules);
                }
            }
        }
        return reading;
    }

    private EnergyReading reading(List<ChargedPart> parts) {
        double joules = 0;
        double idleJoules = 0;
        double variance = 0;
        boolean measured = true;
        for (ChargedPart part : parts) {
            LedgerCharge.Figure figure = part.charge().figure();
            joules += figure.joules();
            idleJoules += figure.idleJoules();
            variance += figure.variance();
            measured &= figure.settled();
        }
        if (Double.isNaN(joules)) {
            return new EnergyReading(Double.NaN, label);
        }
        return new EnergyReading(
                joules, idleJoules, DEVIATIONS * Math.sqrt(variance), source(parts, !measured));
    }
}
