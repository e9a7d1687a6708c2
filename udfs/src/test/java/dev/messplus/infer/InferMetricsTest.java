package dev.messplus.infer;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static dev.messplus.fixture.Fixtures.await;
import static dev.messplus.fixture.Fixtures.breaker;
import static dev.messplus.fixture.Fixtures.completionWithoutUsage;
import static dev.messplus.fixture.Fixtures.endpoint;
import static dev.messplus.fixture.Fixtures.exploit;
import static dev.messplus.fixture.Fixtures.inference;
import static dev.messplus.fixture.Fixtures.withEstimates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.RecordedMetrics;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.infer.config.ModelEndpoint;
import dev.messplus.record.EnergyBuilder;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The metric names that dashboards use. */
@Timeout(120)
class InferMetricsTest {

    @RegisterExtension static final StubbedZoo SERVERS = new StubbedZoo();

    @TempDir Path powercap;

    private final RecordedMetrics recorded = new RecordedMetrics();
    private final MetricGroup group = recorded.group().getOrAddOperator("infer");

    @Test
    void callsAreCountedByModel() throws Exception {
        SERVERS.stub("a", aResponse().withStatus(503));
        SERVERS.stub("b", okJson(completionWithoutUsage("x")));
        OpenZoo zoo = SERVERS.open(inference().maxAttempts(2).breaker(breaker(2)).build());
        InferMetrics metrics = metrics(zoo);

        SERVERS.infer(withEstimates(exploit("1", "a", "b"), Double.NaN, 2));
        metrics.responded(response("b", 1), 40);

        assertThat(recorded.value("model.a.calls")).isEqualTo(2);
        assertThat(recorded.value("model.a.callFailures")).isEqualTo(2);
        assertThat(recorded.value("model.a.error.503.failedCalls")).isEqualTo(2);
        assertThat(recorded.value("model.a.answers")).isZero();
        assertThat(recorded.value("model.a.breakerState")).isEqualTo(2);
        assertThat(recorded.value("model.b.calls")).isEqualTo(1);
        assertThat(recorded.value("model.b.answers")).isEqualTo(1);
        assertThat(recorded.value("model.b.fallbacks")).isEqualTo(1);
        assertThat(recorded.value("model.b.energyAssumed")).isEqualTo(1);
        assertThat(recorded.value("model.b.hedges")).isZero();
        assertThat(recorded.value("model.b.breakerState")).isZero();
        assertThat(recorded.histogram("model.a.callMillis").getCount()).isZero();
        assertThat(recorded.histogram("model.b.callMillis").getCount()).isOne();
    }

    /** llama.cpp says that it worked for 30 ms on this answer. */
    @Test
    void theTimeInAServersQueueIsWhatItsWorkLeavesOfTheCall() throws Exception {
        SERVERS.stub(
                "a",
                okJson(
                                """
                                {"choices": [{"message": {"content": "x"}}],
                                 "timings": {"prompt_ms": 10.0, "predicted_ms": 20.0}}
                                """)
                        .withFixedDelay(100));
        SERVERS.answers("b", "x", 100);
        OpenZoo zoo = SERVERS.open(inference().build());
        metrics(zoo);

        SERVERS.infer(exploit("1", "a"));
        SERVERS.infer(exploit("2", "b"));

        assertThat(recorded.histogram("model.a.serverQueueMillis").getStatistics().getMin())
                .isGreaterThanOrEqualTo(70);
        assertThat(recorded.histogram("model.b.serverQueueMillis").getCount()).isZero();
    }

    @Test
    void responsesAreCountedByTheirTimeAndJoules() throws Exception {
        InferMetrics metrics = metrics(SERVERS.open(inference().build()));
        metrics.responded(response("b", 0.0125), 40);
        metrics.responded(response("a", Double.NaN), 20);
        metrics.responded(response("left", 1), 60);

        assertThat(recorded.histogram("endToEndMillis").getStatistics().getValues())
                .containsExactly(40, 20, 60);
        assertThat(recorded.histogram("model.b.answerMillijoules").getStatistics().getValues())
                .containsExactly(13);
        assertThat(recorded.histogram("model.a.answerMillijoules").getCount()).isZero();
    }

    private static Response response(String model, double joules) {
        return ResponseBuilder.builder()
                .model(model)
                .energy(EnergyBuilder.builder().joules(joules).build())
                .build();
    }

    @Test
    void theAccountOfADeviceIsReported() throws Exception {
        plugIn();
        try (OpenZoo zoo = zoo(false)) {
            InferMetrics unused = metrics(zoo);

            // The counter has not moved yet.
            for (String name :
                    List.of(
                            "available",
                            "attributedJoules",
                            "inFlightJoules",
                            "idleJoules",
                            "otherClientsJoules",
                            "unmeteredJoules",
                            "counterResets")) {
                assertThat(recorded.value("device.rapl:package-0." + name)).isZero();
            }
            assertThat(recorded.value("device.rapl:package-0.watts")).isNaN();

            awaitMetered();
            assertThat(recorded.value("device.rapl:package-0.watts")).isPositive();
            assertThat(recorded.value("device.rapl:package-0.unmeteredJoules")).isPositive();
        }
    }

    @Test
    void theAccountOfADeviceThatOpensLateIsAdded() throws Exception {
        try (OpenZoo zoo = zoo(true)) {
            InferMetrics metrics = metrics(zoo);
            assertThatThrownBy(() -> recorded.value("device.rapl:package-0.available"))
                    .hasMessageContaining("no metric");
            assertThat(recorded.value("model.a.meterOpen")).isZero();

            plugIn();
            await().until(() -> zoo.model("a").meter().isOpen());
            assertThat(recorded.value("model.a.meterOpen")).isOne();
            metrics.addDevices();
            metrics.addDevices();

            awaitMetered();
        }
    }

    private InferMetrics metrics(OpenZoo zoo) {
        return new InferMetrics(group, zoo.zoo(), zoo.admission(), zoo.scoring());
    }

    private OpenZoo zoo(boolean restarted) throws Exception {
        EnergyConfig rapl =
                new Devices(new RaplPackages(powercap.toString()), Metering.inFlight(5));
        ModelEndpoint endpoint = endpoint("a", SERVERS.baseUrl()).energy(rapl).build();
        return OpenZoo.of(inference().build(), List.of(endpoint), restarted);
    }

    private void awaitMetered() {
        long[] microjoules = {1_000};
        await().until(
                        () -> {
                            Path next = powercap.resolve("next");
                            Files.writeString(next, String.valueOf(microjoules[0] += 1_000));
                            Files.move(
                                    next,
                                    powercap.resolve("intel-rapl:0").resolve("energy_uj"),
                                    StandardCopyOption.ATOMIC_MOVE);
                            return recorded.value("device.rapl:package-0.available") == 1;
                        });
    }

    private void plugIn() throws Exception {
        Path zone = Files.createDirectories(powercap.resolve("intel-rapl:0"));
        Files.writeString(zone.resolve("max_energy_range_uj"), "262143328850");
        Files.writeString(zone.resolve("energy_uj"), "1000");
        Files.writeString(zone.resolve("name"), "package-0");
    }
}
