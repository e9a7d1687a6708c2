package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.messplus.energy.EnergyConfig.Metering;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Books and devices under what happens to them. */
@Timeout(60)
class EnergyMishapsTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir Path folder;

    private long now;

    /** It paid for the part of it that the device could be read in, and called that measured. */
    @Test
    void aCallThatBeganWhileTheDeviceWasLostIsNotCharged() {
        EnergyLedger ledger = ledger(Attribution.INFLIGHT);
        now += 20 * SECOND;
        EnergyLedger.Entry call = ledger.begin();
        assertThat(ledger.available()).isFalse();
        // 100 W for 10 s of which 9 are not seen.
        now += 9 * SECOND;
        ledger.sample(2_900_000_000L);
        now += SECOND;
        ledger.sample(3_000_000_000L);

        assertThat(ledger.end(call, 5)).isNaN();
        assertThat(ledger.attributedJoules()).isZero();
    }

    @Test
    void aDeviceThatNobodyUsesIsLostAllTheSame() {
        EnergyLedger ledger = ledger(Attribution.INFLIGHT);
        assertThat(ledger.watts()).isEqualTo(100);
        now += 60 * SECOND;

        assertThat(ledger.available()).isFalse();
        assertThat(ledger.watts()).isNaN();
    }

    @Test
    void byTokensCallsOfAServerThatCountsNoneShareAllTheSame() {
        EnergyLedger ledger = ledger(Attribution.TOKENS);
        EnergyLedger.Entry first = ledger.begin();
        EnergyLedger.Entry second = ledger.begin();
        now += SECOND;
        ledger.sample(300_000_000);

        // Nobody can tell, or each half: but not nothing for one and all for the other.
        assertThat(ledger.end(first, Double.NaN)).isNotZero();
        assertThat(ledger.end(second, Double.NaN)).isNotCloseTo(100, within(1.0));
    }

    @Test
    void aPageOfTokensThatHangsLosesNoDevice() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicLong pages = new AtomicLong();
        HttpServer server = server();
        server.createContext(
                "/",
                exchange -> {
                    // There at first, and gone when it matters.
                    if (pages.incrementAndGet() > 1) {
                        try {
                            hang.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        Metering metering = new Metering(50, Attribution.TOKENS, .1, base(server) + "/metrics");
        try (EnergyMeter meter =
                EnergyMeter.open(new EnergyConfig.Rapl(rapl().toString(), List.of(), metering))) {
            AtomicLong microjoules = new AtomicLong(1_000);
            await().until(
                            () -> {
                                use(microjoules.addAndGet(100_000));
                                return meter.accounts().get(0).watts() > 0;
                            });
            EnergyMeter.Span call = meter.begin();
            await().until(() -> pages.get() > 1);
            await().during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(4))
                    .until(
                            () -> {
                                use(microjoules.addAndGet(100_000));
                                return meter.accounts().get(0).available();
                            });

            assertThat(call.answered(Usage.tokens(5, 5)).known()).isTrue();
        } finally {
            hang.countDown();
            server.stop(0);
        }
    }

    /** Or each of two models would pay for the whole card. */
    @Test
    void aCardIsOneCardWhoeverReadsIt() throws Exception {
        NvmlStub stub = NvmlStub.in(folder);
        HttpServer server = server();
        serve(server, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"7\",UUID=\"GPU-aaaa\"} 1\n");
        try (EnergyMeter here =
                        EnergyMeter.open(
                                new EnergyConfig.Nvml(
                                        stub.path(), List.of("0"), Metering.inFlight(50)));
                EnergyMeter elsewhere =
                        EnergyMeter.open(
                                new EnergyConfig.Dcgm(
                                        base(server) + "/metrics",
                                        List.of("7"),
                                        Metering.inFlight(50)))) {
            assertThat(elsewhere.accounts().get(0)).isSameAs(here.accounts().get(0));
        } finally {
            server.stop(0);
        }
    }

    /** The threads are those of a subtask, the device is everybody's. */
    @Test
    void aDeviceOutlivesTheThreadsOfWhoOpenedIt() throws Exception {
        AtomicLong millijoules = new AtomicLong();
        HttpServer server = server();
        server.createContext(
                "/",
                exchange -> {
                    byte[] page =
                            ("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu=\"0\",UUID=\"GPU-shared\"} "
                                            + millijoules.addAndGet(1_000)
                                            + "\n")
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
        EnergyConfig config =
                new EnergyConfig.Dcgm(
                        base(server) + "/metrics", List.of("0"), Metering.inFlight(50));
        EnergyMeter first = EnergyMeter.open(config);
        try (EnergyMeter second = EnergyMeter.open(config)) {
            await().until(() -> first.accounts().get(0).watts() > 0);
            first.close();

            await().during(Duration.ofMillis(2_500))
                    .atMost(Duration.ofSeconds(4))
                    .until(() -> second.begin().answered(Usage.UNKNOWN).known());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aDeviceThatHangsAsItIsOpenedHoldsUpNoOther() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        Device other = Device.open("other", counter(() -> {}), Metering.inFlight(50));
        CompletableFuture<Void> opening =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                Device.open(
                                                "hanging",
                                                counter(
                                                        () -> {
                                                            asked.countDown();
                                                            try {
                                                                hang.await();
                                                            } catch (InterruptedException e) {
                                                                throw new IllegalStateException(e);
                                                            }
                                                        }),
                                                Metering.inFlight(50))
                                        .close();
                            } catch (EnergyUnavailableException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        asked.await();
        try {
            // What a task does when it is cancelled.
            CompletableFuture.runAsync(other::close).get(2, TimeUnit.SECONDS);
        } finally {
            hang.countDown();
            opening.get();
        }
    }

    @Test
    void aPasswordInAUrlThatIsNoneIsNotQuoted() {
        for (String url :
                List.of(
                        "http://me:secret@host:94 00/metrics",
                        "http://me:secret@my_host:9400/metrics",
                        "me:secret@host:9400/metrics")) {
            assertThatThrownBy(
                            () -> new EnergyConfig.Dcgm(url, List.of("0"), Metering.inFlight(50)))
                    .satisfies(
                            failure -> {
                                StringWriter log = new StringWriter();
                                failure.printStackTrace(new PrintWriter(log));
                                assertThat(log.toString()).doesNotContain("secret");
                            });
        }
    }

    private EnergyLedger ledger(Attribution attribution) {
        EnergyLedger ledger =
                new EnergyLedger(
                        "test:0", Long.MAX_VALUE, attribution, 10 * SECOND, 0, () -> now, () -> {});
        // 100 W for two seconds.
        ledger.sample(0);
        for (int second = 1; second <= 2; second++) {
            now += SECOND;
            ledger.sample(second * 100_000_000L);
        }
        return ledger;
    }

    private Path rapl() throws Exception {
        Path zone = Files.createDirectories(folder.resolve("intel-rapl:0"));
        Files.writeString(zone.resolve("name"), "package-0\n");
        Files.writeString(zone.resolve("energy_uj"), "1000\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
        return folder;
    }

    /** As a whole, for a reader must not see half of a number. */
    private void use(long microjoules) throws Exception {
        Path zone = folder.resolve("intel-rapl:0");
        Path next = Files.writeString(zone.resolve("next"), Long.toString(microjoules));
        Files.move(next, zone.resolve("energy_uj"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static EnergyCounter counter(Runnable onRead) {
        return new EnergyCounter() {
            @Override
            public String name() {
                return "test:0";
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

    private static HttpServer server() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(
                Executors.newCachedThreadPool(
                        task -> {
                            Thread thread = new Thread(task, "test-server");
                            thread.setDaemon(true);
                            return thread;
                        }));
        server.start();
        return server;
    }

    private static void serve(HttpServer server, String text) {
        server.createContext(
                "/",
                exchange -> {
                    byte[] page = text.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, page.length);
                    exchange.getResponseBody().write(page);
                    exchange.close();
                });
    }

    private static String base(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
