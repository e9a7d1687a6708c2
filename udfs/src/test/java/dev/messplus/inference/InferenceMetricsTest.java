package dev.messplus.inference;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.inference.Requests.completion;
import static dev.messplus.inference.Requests.exploit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.RecordedMetrics;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metering;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The names that dashboards rely on. */
@Timeout(60)
class InferenceMetricsTest {

    @RegisterExtension
    static final WireMockExtension SERVERS =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    @TempDir Path powercap;

    private final RecordedMetrics recorded = new RecordedMetrics();
    private final MetricGroup group = recorded.group().getOrAddOperator("infer");

    @Test
    void callsAreCountedByModel() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions")).willReturn(aResponse().withStatus(503)));
        SERVERS.stubFor(
                post(urlEqualTo("/b/v1/chat/completions"))
                        .willReturn(okJson("{\"choices\":[{\"message\":{\"content\":\"x\"}}]}")));
        InferenceConfig config =
                new InferenceConfig(
                        30_000,
                        1_000,
                        2,
                        10,
                        50,
                        10_000,
                        new BreakerConfig(50, 2, 2, 3_600_000, 1));
        try (ModelZoo zoo = ModelZoo.open(Requests.zoo(SERVERS.baseUrl()), config, false)) {
            new InferenceMetrics(group, zoo);
            var routed = exploit("1", "a", "b");
            routed.estimatedJoules()[1] = 2;

            new Inference(zoo, 30_000, (request, output) -> 1).infer(routed).get();

            assertThat(recorded.value("model.a.calls")).isEqualTo(2);
            assertThat(recorded.value("model.a.callFailures")).isEqualTo(2);
            assertThat(recorded.value("model.a.answers")).isZero();
            assertThat(recorded.value("model.a.breakerState")).isEqualTo(2);
            assertThat(recorded.value("model.b.calls")).isEqualTo(1);
            assertThat(recorded.value("model.b.answers")).isEqualTo(1);
            assertThat(recorded.value("model.b.fallbacks")).isEqualTo(1);
            assertThat(recorded.value("model.b.energyAssumed")).isEqualTo(1);
            assertThat(recorded.value("model.b.hedges")).isZero();
            assertThat(recorded.value("model.b.breakerState")).isZero();
        }
    }

    @Test
    void theBooksOfADeviceAreThere() throws Exception {
        SERVERS.stubFor(
                post(urlEqualTo("/a/v1/chat/completions"))
                        .willReturn(okJson(completion("right", 1))));
        plugIn();
        try (ModelZoo zoo = zoo(false)) {
            new InferenceMetrics(group, zoo);

            // It was not seen to move yet.
            for (String books :
                    List.of(
                            "available",
                            "attributedJoules",
                            "inFlightJoules",
                            "idleJoules",
                            "otherClientsJoules",
                            "unmeteredJoules",
                            "counterResets")) {
                assertThat(recorded.value("device.rapl:package-0." + books)).isZero();
            }
            assertThat(recorded.value("device.rapl:package-0.watts")).isNaN();

            awaitMetered();
            assertThat(recorded.value("device.rapl:package-0.watts")).isPositive();
            assertThat(recorded.value("device.rapl:package-0.unmeteredJoules")).isPositive();
        }
    }

    @Test
    void theBooksOfADeviceThatComesLateAreAdded() throws Exception {
        try (ModelZoo zoo = zoo(true)) {
            InferenceMetrics metrics = new InferenceMetrics(group, zoo);
            assertThatThrownBy(() -> recorded.value("device.rapl:package-0.available"))
                    .hasMessageContaining("no metric");

            plugIn();
            await().until(() -> zoo.callers().get("a").meter().isOpen());
            metrics.addDevices();
            metrics.addDevices();

            awaitMetered();
        }
    }

    private ModelZoo zoo(boolean restarted) throws Exception {
        ModelEndpoint endpoint =
                new ModelEndpoint(
                        "a",
                        SERVERS.baseUrl() + "/a/v1",
                        "a",
                        CallLimits.inFlight(1),
                        null,
                        null,
                        new EnergyConfig.Rapl(
                                powercap.toString(), List.of(), Metering.inFlight(5)));
        return ModelZoo.open(List.of(endpoint), Requests.config(30_000), restarted);
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
