package dev.messplus.energy.meter;

import static dev.messplus.energy.meter.Powercap.PATIENCE;
import static dev.messplus.energy.meter.Powercap.accounts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpHandler;
import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyCharge;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.EnergyCounter;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.Host;
import dev.messplus.energy.Usage;
import dev.messplus.energy.counter.NvmlStub;
import dev.messplus.energy.source.DcgmGpus;
import dev.messplus.energy.source.NvmlGpus;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.testkit.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that hang, stand still, are read in two ways, or outlive the meter that opened them. */
@Timeout(180)
class SharedDevicesTest {

    /**
     * Longer than a device may go without a reading, and than a page may take and be waited for.
     */
    private static final long LONG_CALL_NANOS = TimeUnit.MILLISECONDS.toNanos(3_500);

    private static final Metering METERING = Metering.inFlight(50);

    @TempDir private Path folder;

    private TestServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void memoryThatNeverCountsIsNotLost() throws Exception {
        Powercap powercap = Powercap.in(folder);
        try (EnergyMeter meter = EnergyMeters.open(rapl(METERING))) {
            powercap.runUntilMetered(meter);

            awaitKnownLongCall(meter, () -> powercap.use(100_000, 0));
        }
    }

    @Test
    void aTokenPageThatHangsDoesNotLoseTheDevice() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicLong requests = new AtomicLong();
        String url =
                serve(
                        exchange -> {
                            // The first request, on opening the meter, is answered.
                            if (requests.incrementAndGet() > 1) {
                                waitFor(hang);
                            }
                            TestServer.send(exchange, 200, "");
                        });
        Powercap powercap = Powercap.in(folder);
        Metering metering =
                EnergyConfigMeteringBuilder.builder(METERING)
                        .attribution(Attribution.TOKENS)
                        .tokenCounters(url)
                        .build();
        try (EnergyMeter meter = EnergyMeters.open(rapl(metering))) {
            powercap.runUntilMetered(meter);
            await().atMost(PATIENCE).until(() -> requests.get() > 1);

            awaitKnownLongCall(meter, () -> powercap.use(100_000, 100_000));
        } finally {
            hang.countDown();
        }
    }

    /** Otherwise each of two models would pay for the whole GPU. */
    @Test
    void aGpuIsOneDeviceWhicheverCounterReadsIt() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);
        String url =
                serve(
                        exchange ->
                                TestServer.send(
                                        exchange,
                                        200,
                                        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"7\","
                                                + "UUID=\"GPU-aaaa\"} 1\n"));
        EnergyConfig nvml = new Devices(new NvmlGpus(List.of("0"), stub.path()), METERING);
        EnergyConfig dcgm = new Devices(new DcgmGpus(url, List.of("7")), METERING);

        try (EnergyMeter here = EnergyMeters.open(nvml);
                EnergyMeter elsewhere = EnergyMeters.open(dcgm)) {
            assertThat(accounts(elsewhere).get(0).device()).isEqualTo("nvml:0");
        }
    }

    @Test
    void aDeviceOutlivesTheMeterThatOpenedIt() throws Exception {
        AtomicLong millijoules = new AtomicLong();
        String url =
                serve(
                        exchange ->
                                TestServer.send(
                                        exchange,
                                        200,
                                        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"0\","
                                                + "UUID=\"GPU-shared\"} "
                                                + millijoules.addAndGet(1_000)
                                                + "\n"));
        EnergyConfig config = new Devices(new DcgmGpus(url, List.of("0")), METERING);
        EnergyMeter first = EnergyMeters.open(config);
        try (EnergyMeter second = EnergyMeters.open(config)) {
            await().atMost(PATIENCE).until(() -> accounts(first).get(0).watts() > 0);
            first.close();

            awaitKnownLongCall(second, () -> {});
        }
    }

    /** A task that is cancelled releases its devices. */
    @Test
    void aDeviceThatHangsOnOpeningDoesNotKeepOthersFromBeingReleased() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        Device other = SharedDevices.acquire(counter("test:other", () -> {}), METERING, "job");
        CompletableFuture<Device> opening =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                Runnable hanging =
                                        () -> {
                                            reading.countDown();
                                            waitFor(hang);
                                        };
                                return SharedDevices.acquire(
                                        counter("test:hanging", hanging), METERING, "job");
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        reading.await();
        try {
            CompletableFuture.runAsync(() -> SharedDevices.release(other))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            hang.countDown();
            SharedDevices.release(opening.get());
        }
    }

    /** A call beside one of another JVM is charged half of the device. */
    @Test
    void callsOfOtherJvmsHaveTheirPartOfADevice() throws Exception {
        Powercap powercap = Powercap.in(folder);
        try (EnergyMeter meter = EnergyMeters.open(rapl(METERING), "job", "small")) {
            powercap.runUntilMetered(meter);
            Map<String, Integer> calls = EnergyMeters.callsInFlight();
            String device = Host.device(folder + ":rapl:package-0") + " small";
            assertThat(calls).containsEntry(device, 0);
            EnergyMeter.Span call = meter.begin();
            assertThat(EnergyMeters.callsInFlight()).containsEntry(device, 1);

            EnergyMeters.callsElsewhere(Map.of(device, 1, "not open here", 5));
            double othersBefore = accounts(meter).get(0).otherClientsJoules();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                powercap.use(100_000, 0);
                                return accounts(meter).get(0).otherClientsJoules() > othersBefore;
                            });
            EnergyMeters.callsElsewhere(Map.of());
            call.unreached();
        }
        assertThat(EnergyMeters.callsInFlight()).isEmpty();
    }

    @Test
    void callsAreToldByTheirModel() throws Exception {
        Powercap powercap = Powercap.in(folder);
        try (EnergyMeter large = EnergyMeters.open(rapl(METERING), "job", "large");
                EnergyMeter small = EnergyMeters.open(rapl(METERING), "job", "small")) {
            powercap.runUntilMetered(large);
            String device = Host.device(folder + ":rapl:package-0");
            EnergyMeter.Span first = large.begin();
            EnergyMeter.Span second = large.begin();
            EnergyMeter.Span third = small.begin();
            assertThat(EnergyMeters.callsInFlight())
                    .containsEntry(device + " large", 2)
                    .containsEntry(device + " small", 1);
            first.unreached();
            second.unreached();
            third.unreached();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    /**
     * Waits for a long call whose joules are known. A device that is lost meanwhile makes them
     * unknown; that a busy machine delays a reading is forgiven, because the call is repeated.
     */
    private static void awaitKnownLongCall(EnergyMeter meter, Work work) {
        await().atMost(PATIENCE)
                .until(
                        () -> {
                            EnergyMeter.Span call = meter.begin();
                            long begin = System.nanoTime();
                            while (System.nanoTime() - begin < LONG_CALL_NANOS) {
                                work.run();
                                Thread.sleep(20);
                            }
                            EnergyCharge charge = call.answered(Usage.tokens(5, 5));
                            while (!charge.settled().isDone()) {
                                work.run();
                                Thread.sleep(1);
                            }
                            return charge.reading().known();
                        });
    }

    private EnergyConfig rapl(Metering metering) {
        return new Devices(new RaplPackages(folder.toString()), metering);
    }

    private static EnergyCounter counter(String name, Runnable onRead) {
        return new EnergyCounter() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public long microjoules() {
                onRead.run();
                return 0;
            }

            @Override
            public void close() {}
        };
    }

    /** Serves a page on a free port of the loopback interface; returns its URL. */
    private String serve(HttpHandler handler) throws IOException {
        server = new TestServer().on("/metrics", handler);
        return server.url() + "/metrics";
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
