package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.Attribution;
import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyConfig.Metered;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.EnergyConfigMeteringBuilder;
import dev.messplus.energy.IdlePolicy;
import dev.messplus.energy.source.NvmlGpus;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.http.Access;
import dev.messplus.http.TrustStore;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnergySettingsTest {

    private static final TrustStore CA = new TrustStore("/ca.pem", null);

    @Test
    void addsUpSources() {
        EnergyConfig energy =
                energy(
                        """
                        { sources: [ { source: nvml, gpus: [0], idle: subtract, settleMillis: 40 },
                                     { source: rapl, packages: [1] } ],
                          priorJoules: 3 }
                        """);

        Metering ofGpu =
                EnergyConfigMeteringBuilder.builder(Metering.inFlight(50))
                        .idle(IdlePolicy.SUBTRACT)
                        .settleMillis(40)
                        .build();
        assertThat(energy)
                .isEqualTo(
                        new EnergyConfig.Devices(
                                List.of(
                                        new Metered(
                                                new NvmlGpus(
                                                        List.of("0"), NvmlGpus.DEFAULT_LIBRARY),
                                                ofGpu),
                                        new Metered(
                                                new RaplPackages(
                                                        List.of(1), RaplPackages.DEFAULT_ROOT),
                                                Metering.inFlight(50)))));
    }

    @Test
    void weighsModelsAndTokens() {
        Metering metering =
                metering("{ source: rapl, attribution: tokens, modelWeight: 8, idle: amortise }");

        assertThat(metering)
                .isEqualTo(
                        EnergyConfigMeteringBuilder.builder(Metering.inFlight(50))
                                .attribution(Attribution.TOKENS)
                                .modelWeight(8)
                                .idle(IdlePolicy.AMORTISE)
                                .build());
    }

    @ParameterizedTest
    @CsvSource({
        "https://model/metrics, of-model",
        "https://MODEL:443/other, of-model",
        "https://model:8443/metrics, of-energy",
        "http://model/metrics, of-energy",
        "https://elsewhere/metrics, of-energy"
    })
    void theKeyOfAModelGoesToItsOwnServerAlone(String counters, String key) {
        String energy = "{ source: rapl, attribution: tokens, tokenCounters: '%s'%s }";
        String own = ", apiKey: '${env:ENERGY}', trustStore: { path: /ca.pem }";

        Metering metering = metering(energy.formatted(counters, key.equals("of-model") ? "" : own));

        assertThat(metering.tokenCountersAccess()).isEqualTo(Access.bearer(key, CA));
        if (!key.equals("of-model")) {
            assertThat(metering(energy.formatted(counters, "")).tokenCountersAccess())
                    .isEqualTo(Access.NONE);
        }
    }

    @ParameterizedTest
    @CsvSource({"https://model/metrics, of-model", "http://gpu:9400/t, of-energy", "http://x/t,"})
    void theKeyOfAnExporterGoesToItAlone(String counters, String keyOfCounters) {
        Metered dcgm =
                device(
                        """
                        { source: dcgm, url: "http://gpu:9400/metrics", gpus: [0],
                          user: reader, apiKey: "${env:ENERGY}",
                          attribution: tokens, tokenCounters: "%s" }
                        """
                                .formatted(counters));

        assertThat(dcgm.metering().access()).isEqualTo(new Access("reader", "of-energy", null));
        assertThat(dcgm.metering().tokenCountersAccess().key()).isEqualTo(keyOfCounters);
        assertThat(dcgm.toString()).doesNotContain("of-energy", "of-model");
    }

    private static Metering metering(String energy) {
        return device(energy).metering();
    }

    private static Metered device(String energy) {
        return ((EnergyConfig.Devices) energy(energy)).parts().get(0);
    }

    private static EnergyConfig energy(String energy) {
        MessConfig config =
                new ConfigLoader(Map.of("MODEL", "of-model", "ENERGY", "of-energy"))
                        .parse(
                                "mess.yaml",
                                """
                                kafka: { bootstrap: "localhost:9092" }
                                slas: { gold: { alpha: 0.75 } }
                                zoo:
                                  m:
                                    url: "https://model/v1"
                                    model: m
                                    apiKey: "${env:MODEL}"
                                    trustStore: { path: /ca.pem }
                                    energy:
                                """
                                        + energy.indent(8));
        assertThat(config.toString()).doesNotContain("of-energy", "of-model");
        return EnergySettings.energy(config.zoo().get("m"));
    }
}
