package dev.messplus.energy;

import dev.messplus.energy.EnergyConfig.Metering;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A meter that goes by the counters of the devices that a model runs on. */
final class DeviceMeter implements EnergyMeter {

    /** What marks a source that has no counter of energy. */
    private static final String INTEGRATED = ": integrated power";

    /** Pages that are younger serve for all GPUs on them. */
    private static final int PAGES_PER_PERIOD = 2;

    private static final long MAX_PAGE_AGE_MILLIS = 500;
    private static final long PAGE_DEADLINE_MILLIS = 2_000;
    private static final int MAX_PAGE_BYTES = 16 << 20;

    private final String label;
    private final double promptTokenWeight;
    private final List<Device> devices = new ArrayList<>();
    private EnergyLedger[] ledgers = {};
    private String source;

    private DeviceMeter(EnergyConfig config, Metering metering) {
        this.label = config.label();
        this.source = label;
        this.promptTokenWeight = metering.promptTokenWeight();
    }

    static DeviceMeter open(EnergyConfig.Nvml config) throws EnergyUnavailableException {
        return opened(
                new DeviceMeter(config, config.metering()),
                meter -> {
                    for (String gpu : config.gpus()) {
                        NvmlCounter counter =
                                NvmlCounter.open(
                                        config.library(),
                                        gpu,
                                        config.metering().patienceNanos(),
                                        System::nanoTime);
                        meter.add(gpuId("nvml", counter.device()), counter, config.metering());
                    }
                    meter.countTokens(config.metering());
                });
    }

    static DeviceMeter open(EnergyConfig.Dcgm config) throws EnergyUnavailableException {
        return opened(
                new DeviceMeter(config, config.metering()),
                meter -> {
                    long maxAgeMillis = config.metering().samplePeriodMillis() / PAGES_PER_PERIOD;
                    PrometheusPage page = page(config.url(), maxAgeMillis);
                    for (String gpu : config.gpus()) {
                        DcgmCounter counter =
                                DcgmCounter.open(
                                        page,
                                        gpu,
                                        config.metering().patienceNanos(),
                                        System::nanoTime);
                        meter.add(gpuId("dcgm", counter.device()), counter, config.metering());
                    }
                    meter.countTokens(config.metering());
                });
    }

    static DeviceMeter open(EnergyConfig.Rapl config) throws EnergyUnavailableException {
        return opened(
                new DeviceMeter(config, config.metering()),
                meter -> {
                    Path root = Path.of(config.root()).toAbsolutePath().normalize();
                    for (RaplCounter zone : RaplCounter.open(root, config.packages())) {
                        meter.add(root + ":" + zone.name(), zone, config.metering());
                    }
                    meter.countTokens(config.metering());
                });
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
        devices.forEach(Device::close);
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
            return new EnergyReading(end(weightedTokens(usage)), source);
        }

        @Override
        public double failed() {
            double joules = end(Double.NaN);
            return Double.isNaN(joules) ? 0 : joules;
        }

        private double end(double tokens) {
            double[] joules = new double[entries.length];
            double sum = 0;
            for (int i = 0; i < entries.length; i++) {
                joules[i] = ledgers[i].end(entries[i], tokens);
                sum += joules[i];
            }
            if (Double.isNaN(sum)) {
                for (int i = 0; i < entries.length; i++) {
                    if (!Double.isNaN(joules[i])) {
                        ledgers[i].takeBack(joules[i]);
                    }
                }
            }
            return sum;
        }

        private double weightedTokens(Usage usage) {
            return usage.promptTokens() == null || usage.completionTokens() == null
                    ? Double.NaN
                    : promptTokenWeight * usage.promptTokens() + usage.completionTokens();
        }
    }

    private interface Opening {
        void open(DeviceMeter meter) throws EnergyUnavailableException;
    }

    /** Leaves no device open when one of them cannot be. */
    private static DeviceMeter opened(DeviceMeter meter, Opening opening)
            throws EnergyUnavailableException {
        try {
            opening.open(meter);
            return meter;
        } catch (EnergyUnavailableException | RuntimeException e) {
            meter.close();
            throw e;
        }
    }

    /** A card with a UUID is one card, whoever reads it. */
    private static String gpuId(String source, String device) {
        return device.startsWith("GPU-") ? device : source + ":" + device;
    }

    private void add(String id, EnergyCounter counter, Metering metering)
            throws EnergyUnavailableException {
        Device device = Device.open(id, counter, metering);
        boolean twice = devices.contains(device);
        devices.add(device);
        if (device.integratesPower()) {
            source = label + INTEGRATED;
        }
        if (twice) {
            throw new IllegalArgumentException("energy: names the device " + id + " twice");
        }
        ledgers = devices.stream().map(Device::ledger).toArray(EnergyLedger[]::new);
    }

    private void countTokens(Metering metering) throws EnergyUnavailableException {
        if (metering.attribution() == Attribution.TOKENS && metering.tokenCounters() != null) {
            PrometheusPage page = page(metering.tokenCounters(), MAX_PAGE_AGE_MILLIS);
            // Whether it is there. Some servers count nothing before their first answer.
            page.samples(Set.of());
            for (Device device : devices) {
                device.countTokens(page);
            }
        }
    }

    private static PrometheusPage page(String url, long maxAgeMillis) {
        // Of its own, for a device may outlive the subtask that opened it.
        HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        return new PrometheusPage(
                http, URI.create(url), PAGE_DEADLINE_MILLIS, MAX_PAGE_BYTES, maxAgeMillis);
    }
}
