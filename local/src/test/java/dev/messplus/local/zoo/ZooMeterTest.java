package dev.messplus.local.zoo;

import static dev.messplus.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.messplus.energy.EnergyAccount;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.meter.EnergyMeters;
import dev.messplus.energy.source.RaplPackages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on a fake powercap folder. */
class ZooMeterTest {

    private final AtomicLong microjoules = new AtomicLong(1_000_000);

    /** Counts a little energy every few milliseconds, as a processor always draws some power. */
    private final ScheduledExecutorService kernel = Executors.newSingleThreadScheduledExecutor();

    @TempDir private Path powercap;
    private Path counter;
    private EnergyMeter sameDevice;
    private Supplier<EnergyAccount> account;

    @BeforeEach
    void mount() throws Exception {
        Path zone = Files.createDirectories(powercap.resolve("intel-rapl:0"));
        Files.writeString(zone.resolve("name"), "package-0\n");
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850\n");
        counter = zone.resolve("energy_uj");
        use(0);
        Future<?> unused =
                kernel.scheduleWithFixedDelay(() -> use(1_000), 2, 2, TimeUnit.MILLISECONDS);
        sameDevice =
                EnergyMeters.open(
                        new Devices(
                                new RaplPackages(powercap.toString()),
                                Metering.inFlight(ZooMeter.SAMPLE_PERIOD_MILLIS)));
        account = sameDevice.accounts().get(0);
        // A device is metered once its counter has moved.
        await().until(() -> account.get().watts() > 0);
    }

    @AfterEach
    void close() throws InterruptedException {
        stopCounting();
        sameDevice.close();
    }

    private void stopCounting() throws InterruptedException {
        kernel.shutdown();
        assertThat(kernel.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void measuresWhatTheProcessorsCountWhileAnAnswerIsComputed() throws Exception {
        try (ZooServer server = serve(prompt -> answer(2_000_000))) {
            assertThat(server.measuresEnergy()).isTrue();
            assertThat(server.energy()).isEqualTo("RAPL, measured");
            JsonNode usage = ask(server);
            assertThat(usage.path("energy_source").asText()).isEqualTo("rapl");
            // The step in which it begins is partly idle, and it ends a few millijoules later.
            assertThat(usage.path("energy_joules").asDouble()).isBetween(1.9, 20.0);
            assertThat(usage.path("cpu_time_ms").isNumber()).isTrue();
        }
    }

    @Test
    void saysNothingWhileTheCounterCannotBeRead() throws Exception {
        try (ZooServer server = serve(this::answerIfCounted)) {
            assertThat(ask(server).has("energy_joules")).isTrue();
            stopCounting();
            Files.delete(counter);
            JsonNode usage =
                    await().until(() -> ask(server), answer -> !answer.has("energy_joules"));
            assertThat(usage.has("energy_source")).isFalse();
            assertThat(usage.has("cpu_time_ms")).isTrue();
        }
    }

    @Test
    void anAnswerThatFailsIsNoLongerInFlight() throws Exception {
        try (ZooMeter meter = ZooMeter.open(powercap.toString(), 10);
                ModelPool pool =
                        new ModelPool(
                                1,
                                Map.of("broken", () -> model(prompt -> fail(2_000_000))),
                                meter)) {
            assertThatThrownBy(() -> pool.complete("broken", "")).hasMessage("out of order");
            // Until the next step of the counter, nobody knows all of its energy.
            await().until(() -> account.get().inFlightJoules() == 0);
            assertThat(account.get().attributedJoules()).isGreaterThan(1.999);
        }
    }

    @Test
    void estimatesByCpuTimeWhereNothingIsCounted() throws Exception {
        stopCounting();
        Files.delete(counter);
        Files.delete(counter.resolveSibling("name"));
        Files.delete(counter.resolveSibling("max_energy_range_uj"));
        Files.delete(counter.getParent());
        try (ZooMeter meter = ZooMeter.open(powercap.toString(), 12.5)) {
            assertThat(meter.measures()).isFalse();
            assertThat(meter)
                    .hasToString(
                            "CPU time of each answer times 12.5 W a core (estimated); RAPL: "
                                    + powercap
                                    + ": has no RAPL package zone (intel-rapl:0)");
            ZooMeter.Cost cost = meter.begin().answered();
            assertThat(cost.energy().source()).isEqualTo("cpu_time (estimated)");
            assertThat(cost.energy().joules())
                    .isCloseTo(12.5 * cost.cpuTimeMs() / 1e3, within(1e-12));
        }
    }

    private String answer(long takes) {
        use(takes);
        long due = microjoules.get();
        await().until(() -> metered() >= due / 1e6 - 1.0001);
        return "A) red";
    }

    private String answerIfCounted(String prompt) {
        return Files.exists(counter) ? answer(1_000) : "A) red";
    }

    private String fail(long takes) {
        answer(takes);
        throw new IllegalStateException("out of order");
    }

    /** Joules that the meter has read so far. */
    private double metered() {
        EnergyAccount now = account.get();
        return now.attributedJoules()
                + now.inFlightJoules()
                + now.idleJoules()
                + now.unmeteredJoules();
    }

    /** In one step, as the kernel does. */
    private synchronized void use(long more) {
        try {
            Path next = powercap.resolve("next");
            Files.writeString(next, microjoules.addAndGet(more) + "\n");
            Files.move(next, counter, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ZooServer serve(Answering answering) throws IOException {
        return ZooServer.start(
                0,
                1,
                Map.of("test", () -> model(answering)),
                ZooMeter.open(powercap.toString(), 10));
    }

    private static JsonNode ask(ZooServer server) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "/chat/completions"))
                        .POST(
                                BodyPublishers.ofString(
                                        "{\"model\": \"test\", \"messages\":"
                                                + " [{\"role\": \"user\", \"content\": \"?\"}]}"))
                        .build();
        String body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        return new ObjectMapper().readTree(body).path("usage");
    }

    private static ZooModel model(Answering answering) {
        return new ZooModel() {
            @Override
            public String answer(String prompt) {
                return answering.answer(prompt);
            }

            @Override
            public void close() {}
        };
    }

    private interface Answering {
        String answer(String prompt);
    }
}
