package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.record.OwnerParams;
import dev.messplus.route.config.RoutingConfig.ZooModel;
import dev.messplus.route.config.RoutingConfigZooModelBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void routingExpectsOfModelsWhatTheConfigurationSaysOfThem() {
        MessConfig config =
                new ConfigLoader(Map.of())
                        .parse(
                                "mess.yaml",
                                """
                                kafka: { bootstrap: "localhost:9092" }
                                zoo:
                                  priced: { url: "http://one:8001/v1", model: a, expectedScore: 0.62,
                                            energy: { source: tokens, joulesPerPromptToken: 0.1,
                                                      joulesPerCompletionToken: 2, priorJoules: 30 } }
                                  unknown: { url: "http://one:8001/v1", model: b, energy: { source: rapl } }
                                  constant: { url: "http://one:8001/v1", model: c, expectedScore: 0,
                                              energy: { source: constant, joulesPerRequest: 5 } }
                                  limited: { url: "http://one:8001/v1", model: d,
                                             params: { max_tokens: 64, stop: ["\\n"] },
                                             maxParams: { temperature: 0.5 },
                                             energy: { source: tokens, joulesPerPromptToken: 0.1,
                                                       joulesPerCompletionToken: 2 } }
                                slas: { gold: { alpha: 0.75 } }
                                """);

        assertThat(Settings.routing(config).zoo())
                .containsExactly(
                        zooModel("priced")
                                .expectedScore(0.62)
                                .priorJoules(30)
                                .priorJoulesPerToken(0.1)
                                .build(),
                        ZooModel.of("unknown"),
                        zooModel("constant").expectedScore(0).priorJoules(5).build(),
                        zooModel("limited")
                                .priorJoulesPerToken(0.1)
                                .priorJoulesPerCompletionToken(2)
                                .params(
                                        new OwnerParams(
                                                "{\"max_tokens\":64,\"stop\":[\"\\n\"]}",
                                                Map.of("temperature", 0.5)))
                                .build());
    }

    @Test
    void partsOfMessagesAreTextUnlessTheConfigurationSaysOtherwise() {
        assertThat(Settings.catalog(withLimits("")).allowContentParts()).isFalse();
        assertThat(Settings.catalog(withLimits("allowContentParts: true")).allowContentParts())
                .isTrue();
    }

    private static RoutingConfigZooModelBuilder zooModel(String id) {
        return RoutingConfigZooModelBuilder.builder().id(id);
    }

    private static MessConfig withLimits(String limits) {
        return new ConfigLoader(Map.of())
                .parse(
                        "mess.yaml",
                        """
                        kafka: { bootstrap: "localhost:9092" }
                        zoo: { m: { url: "http://one:8001/v1", model: a, energy: { source: rapl } } }
                        slas: { gold: { alpha: 0.75 } }
                        limits: { %s }
                        """
                                .formatted(limits));
    }
}
