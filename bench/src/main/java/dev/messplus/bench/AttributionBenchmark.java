package dev.messplus.bench;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.Usage;
import dev.messplus.energy.meter.EnergyMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what requests are charged when 1, 8 or 64 of them overlap on a device of 300 W, by time
 * and by tokens, on the real clock. The device is a file with the format of Linux's powercap. A
 * call takes 100 to 900 ms and generates 200 tokens a second. Prints joules per request, joules per
 * second of a request, and the difference between the ledger and the counter. The ledger may be
 * ahead by the energy of one sample period, which is 15 J.
 */
final class AttributionBenchmark {

    private static final double WATTS = 300;
    private static final long SAMPLE_PERIOD_MILLIS = 50;
    private static final int MIN_CALL_MILLIS = 100;
    private static final int MAX_CALL_MILLIS = 900;

    private AttributionBenchmark() {}

    /** The duration of a call and the energy that it was charged. */
    private record Charge(double seconds, double joules) {}

    /**
     * Measures every combination of split and overlap.
     *
     * @param seconds for each combination
     */
    static void run(long seconds) throws Exception {
        System.out.printf(
                "%-9s %11s %9s %10s %22s %22s %9s%n",
                "split",
                "overlapping",
                "requests",
                "attributed",
                "J/request (min to max)",
                "J/second (min to max)",
                "off by");
        for (Attribution attribution : Attribution.values()) {
            for (int overlapping : List.of(1, 8, 64)) {
                measure(attribution, overlapping, seconds);
            }
        }
    }

    private static void measure(Attribution attribution, int overlapping, long seconds)
            throws Exception {
        Path root = Files.createTempDirectory("powercap");
        Metering metering =
                EnergyConfigMeteringBuilder.builder(Metering.inFlight(SAMPLE_PERIOD_MILLIS))
                        .attribution(attribution)
                        .build();
        try (Device device = new Device(root);
                EnergyMeter meter =
                        EnergyMeters.open(
                                new EnergyConfig.Rapl(root.toString(), List.of(), metering))) {
            EnergyAccount books = meter.accounts().get(0);
            while (Double.isNaN(books.watts())) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
            double unread = device.joules() - booked(books);
            List<Charge> charges = calls(meter, overlapping, seconds);
            double off = booked(books) - (device.joules() - unread);
            DoubleSummaryStatistics perRequest =
                    charges.stream().mapToDouble(Charge::joules).summaryStatistics();
            DoubleSummaryStatistics perSecond =
                    charges.stream().mapToDouble(c -> c.joules / c.seconds).summaryStatistics();
            System.out.printf(
                    "%-9s %11d %9d %8.0f J %8.1f (%4.1f to %5.1f) %8.1f (%5.1f to %5.1f) %7.1f J%n",
                    attribution.name().toLowerCase(Locale.ROOT),
                    overlapping,
                    charges.size(),
                    books.attributedJoules(),
                    perRequest.getAverage(),
                    perRequest.getMin(),
                    perRequest.getMax(),
                    perSecond.getAverage(),
                    perSecond.getMin(),
                    perSecond.getMax(),
                    off);
        }
    }

    private static double booked(EnergyAccount books) {
        return books.attributedJoules()
                + books.inFlightJoules()
                + books.idleJoules()
                + books.unmeteredJoules();
    }

    private static List<Charge> calls(EnergyMeter meter, int overlapping, long seconds)
            throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(overlapping);
        try {
            AtomicBoolean over = new AtomicBoolean();
            List<Callable<List<Charge>>> work = new ArrayList<>();
            for (int client = 0; client < overlapping; client++) {
                Random random = new Random(client);
                work.add(
                        () -> {
                            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
                            List<Charge> charges = new ArrayList<>();
                            while (System.nanoTime() < end && !over.get()) {
                                charges.add(call(meter, random));
                            }
                            over.set(true);
                            return charges;
                        });
            }
            List<Charge> charges = new ArrayList<>();
            for (Future<List<Charge>> client : clients.invokeAll(work)) {
                charges.addAll(client.get());
            }
            return charges;
        } finally {
            clients.shutdownNow();
        }
    }

    private static Charge call(EnergyMeter meter, Random random) {
        int millis = MIN_CALL_MILLIS + random.nextInt(MAX_CALL_MILLIS - MIN_CALL_MILLIS + 1);
        EnergyMeter.Span span = meter.begin();
        long start = System.nanoTime();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        double joules = span.answered(Usage.tokens(100, millis / 5)).joules();
        return new Charge((System.nanoTime() - start) / 1e9, joules);
    }

    /** A processor package in the format of Linux's powercap. */
    private static final class Device implements AutoCloseable {

        private final Path zone;
        private final long startNanos = System.nanoTime();
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

        Device(Path root) throws IOException {
            zone = Files.createDirectories(root.resolve("intel-rapl:0"));
            Files.writeString(zone.resolve("name"), "package-0");
            Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850");
            tick();
            Future<?> unused = clock.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.MILLISECONDS);
        }

        double joules() throws IOException {
            return Long.parseLong(Files.readString(zone.resolve("energy_uj"))) / 1e6;
        }

        /** Replaces the file atomically, so that a reader never sees half of a number. */
        private void tick() {
            long microjoules = Math.round(WATTS * (System.nanoTime() - startNanos) / 1e3);
            try {
                Path next = Files.writeString(zone.resolve("next"), Long.toString(microjoules));
                Files.move(next, zone.resolve("energy_uj"), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }
}
