package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.core.LabelSource;
import dev.messplus.core.MissingLabelPolicy;
import dev.messplus.core.Sla;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {

    private static final String MINIMAL =
            """
            kafka: { bootstrap: "localhost:9092" }
            zoo:
              small: { url: "http://one:8001/v1", model: small,
                       energy: { source: constant, joulesPerRequest: 1 } }
            slas:
              gold: { alpha: 0.75 }
            """;

    private final ConfigLoader loader =
            new ConfigLoader(Map.of("KEY", "s3cret", "PASSWORD", "pa$$word"));

    @Test
    void fillsInDefaults() {
        MessConfig config = loader.parse("mess.yaml", MINIMAL);

        assertThat(config.kafka().topics().requests()).isEqualTo("mess.requests");
        assertThat(config.kafka().createTopics()).isFalse();
        assertThat(config.embedding().model()).isEqualTo("static");
        assertThat(config.delivery()).isEqualTo(Delivery.AT_LEAST_ONCE);
        assertThat(config.slas().get("gold").sla()).isEqualTo(Sla.of(0.75));
        assertThat(config.slas().get("gold").rule()).isEqualTo(StreamRule.Config.ofDefaults());
    }

    @Test
    void acceptsTheShippedConfiguration() {
        MessConfig config = loader.load(Path.of("..", "flink-conf", "mess.yaml"));
        assertThat(config.slas().get("gold").rule()).isEqualTo(StreamRule.Config.ofDefaults());
    }

    @Test
    void withoutEnvironmentChecksOnlyWhatDependsOnNoVariable() {
        String text =
                MINIMAL.replace(
                                        "localhost:9092\"",
                                        "${env:BROKER}\", properties: {max.request.size: '${env:SIZE}', acks: '${env:ACKS}'}")
                                .replace("model: small,", "model: small, apiKey: '${env:LATER}',")
                        + "embedding: { model: '${env:MODEL}' }\n";
        MessConfig config = ConfigLoader.withoutEnvironment().parse("mess.yaml", text);
        assertThat(config.kafka().bootstrap()).isEqualTo("${env:BROKER}");

        ConfigException thrown =
                catchThrowableOfType(
                        ConfigException.class,
                        () ->
                                ConfigLoader.withoutEnvironment()
                                        .parse(
                                                "mess.yaml",
                                                text + "feedbackTimeoutMillis: 60000\n"));
        assertThat(thrown.errors())
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("feedbackTimeoutMillis: must be above");
    }

    @Test
    void aKafkaClientNeedsTheVariablesOfKafkaAlone() {
        String text =
                gold("{ alpha: 0.5, warmStart: { file: elsewhere.json } }")
                        .replace("\"localhost:9092\"", "'${env:BROKER}'")
                        .replace("model: small,", "model: small, apiKey: '${env:LATER}',");

        MessConfig config =
                ConfigLoader.forKafkaClients(Map.of("BROKER", "b:1")).parse("mess.yaml", text);

        assertThat(config.kafka().bootstrap()).isEqualTo("b:1");
        assertThat(config.zoo()).containsOnlyKeys("small");
        assertThat(
                        catchThrowableOfType(
                                        ConfigException.class,
                                        () ->
                                                ConfigLoader.forKafkaClients(Map.of())
                                                        .parse("mess.yaml", text))
                                .errors())
                .containsExactly("kafka.bootstrap: the environment variable BROKER is not set");
    }

    @Test
    void readsWhereSpansGoAndShowsNoHeader() {
        assertThat(loader.parse("mess.yaml", MINIMAL).tracing()).isNull();

        TracingSection tracing =
                loader.parse(
                                "mess.yaml",
                                MINIMAL
                                        + "tracing: { otlpEndpoint: 'https://c/otlp', sampledShare: 0.1,"
                                        + " headers: { Authorization: 'Bearer ${env:KEY}',"
                                        + " X-Scope-OrgID: '${env:PASSWORD}' } }\n")
                        .tracing();

        assertThat(tracing.otlpEndpoint()).isEqualTo("https://c/otlp");
        assertThat(tracing.sampledShare()).isEqualTo(0.1);
        assertThat(tracing.serviceName()).isEqualTo("mess");
        assertThat(tracing.headers())
                .containsExactly(
                        Map.entry("Authorization", "Bearer s3cret"),
                        Map.entry("X-Scope-OrgID", "pa$$word"));
        assertThat(tracing.toString()).contains("Authorization").doesNotContain("s3cret");
    }

    @Test
    void keepsTheOrderOfTheZoo() {
        String zoo =
                """
                kafka: { bootstrap: "localhost:9092" }
                slas: { gold: { alpha: 0.5 } }
                zoo:
                """;
        for (String id : List.of("z", "a", "m")) {
            zoo +=
                    "  %s: { url: 'http://h/v1', model: x, energy: { source: constant, joulesPerRequest: 1 } }%n"
                            .formatted(id);
        }
        assertThat(loader.parse("mess.yaml", zoo).zoo().keySet()).containsExactly("z", "a", "m");
    }

    @Test
    void readsEverySettingOfAnSla() {
        SlaSection gold =
                sla(
                        "{ alpha: 0.5, window: 100, tolerance: 0.02, explorationBudget: 0.05,"
                                + " credit: 9, marginSigmas: 1.5,"
                                + " expiry: as_zero, seed: 11, shards: 12 }");
        assertThat(gold.sla())
                .isEqualTo(
                        Sla.custom(0.5)
                                .window(100)
                                .tolerance(0.02)
                                .missingLabel(MissingLabelPolicy.AS_ZERO)
                                .shards(12)
                                .seed(11)
                                .build());
        assertThat(gold.rule()).isEqualTo(new StreamRule.Config(9, 1.5, 0.05));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    alpha: 0.5                                                          | SCORER | 1   | 1
                    alpha: 0.5, labels: { source: scorer }, preset: paper               | SCORER | 1   | 1
                    alpha: 0.5, labels: { source: audit, share: 0.2 }, expiry: as_zero  | AUDIT  | 0.2 | 0.2
                    alpha: 0.5, labels: { source: users, ratedGood: 0.5, ratedBad: 0 }  | USERS  | 0.5 | 0
                    """)
    void readsWhereLabelsComeFrom(
            String settings, LabelSource.Kind kind, double ratedGood, double ratedBad) {
        assertThat(sla("{ " + settings + " }").sla().labels())
                .isEqualTo(
                        new LabelSource(
                                kind, "", ratedGood, ratedBad, kind == LabelSource.Kind.SCORER));
    }

    @Test
    void readsEverySettingOfThePapersRule() {
        assertThat(sla("{ alpha: 0.5, preset: paper }").rule())
                .isEqualTo(new PaperRule.Config(0.1, 3, 0.1));
        SlaSection gold =
                sla("{ alpha: 0.5, preset: paper, V: 2, explorationRate: 1, learningRate: 0.2 }");
        assertThat(gold.rule()).isEqualTo(new PaperRule.Config(2, 1, 0.2));
    }

    @Test
    void refusesSettingsThatHaveNoEffectUnderTheirPreset() {
        assertThat(
                        errors(
                                gold(
                                        "{ alpha: 0.5, preset: paper, tolerance: 0.1, credit: 1,"
                                                + " explorationBudget: 0.1, explore: parallel,"
                                                + " marginSigmas: 1 }")))
                .containsExactly(
                        "slas.gold.tolerance: has no effect with preset paper; remove it",
                        "slas.gold.explorationBudget: has no effect with preset paper; remove it",
                        "slas.gold.explore: has no effect with preset paper; remove it",
                        "slas.gold.credit: has no effect with preset paper; remove it",
                        "slas.gold.marginSigmas: has no effect with preset paper; remove it");
        assertThat(errors(gold("{ alpha: 0.5, V: 2, explorationRate: 3, learningRate: 0.2 }")))
                .containsExactly(
                        "slas.gold.V: has no effect with preset stream; remove it",
                        "slas.gold.explorationRate: has no effect with preset stream; remove it",
                        "slas.gold.learningRate: has no effect with preset stream; remove it");
    }

    @Test
    void anSlaIsWholeAndForgetsIdsUnlessItSaysOtherwise() {
        assertThat(sla("{ alpha: 0.5 }").sla().shards()).isOne();
        assertThat(sla("{ alpha: 0.5, preset: paper, shards: 128 }").sla().shards()).isEqualTo(128);
        assertThat(repeatWindowMillis("{ alpha: 0.5 }")).isZero();
        assertThat(repeatWindowMillis("{ alpha: 0.5, repeatWindowMillis: 604800000 }"))
                .isEqualTo(604_800_000);
    }

    @Test
    void refusesShardsAndRepeatWindowsThatAreOutOfRange() {
        for (String shards : List.of("0", "129")) {
            assertThat(errors(MINIMAL.replace("0.75 }", "0.75, shards: " + shards + " }")))
                    .containsExactly("slas.gold.shards: must be between 1 and 128, was " + shards);
        }
        assertThat(errors(MINIMAL.replace("0.75 }", "0.75, shards: 2.5 }")))
                .singleElement(InstanceOfAssertFactories.STRING)
                .startsWith("slas.gold.shards: must be ");
        for (String millis : List.of("-1", "604800001")) {
            assertThat(
                            errors(
                                    MINIMAL.replace(
                                            "0.75 }",
                                            "0.75, repeatWindowMillis: " + millis + " }")))
                    .containsExactly(
                            "slas.gold.repeatWindowMillis: must be between 0 and 604800000, was "
                                    + millis);
        }
    }

    @Test
    void refusesSettingsOfAnSlaThatAreOutOfRange() {
        assertThat(
                        errors(
                                MINIMAL.replace(
                                        "{ alpha: 0.75 }",
                                        "{ alpha: 0.75, explorationBudget: 1.5, window: 63,"
                                                + " tolerance: -0.1, credit: -1, marginSigmas: 11,"
                                                + " warmUpRequests: 5 }")))
                .hasSize(6)
                .contains("slas.gold.explorationBudget: must be between 0 and 1, was 1.5")
                .anyMatch(
                        error ->
                                error.startsWith("slas.gold.warmUpRequests: is unknown; known are"))
                .extracting(error -> error.replaceAll(":.*", ""))
                .containsExactlyInAnyOrder(
                        "slas.gold.explorationBudget",
                        "slas.gold.window",
                        "slas.gold.tolerance",
                        "slas.gold.credit",
                        "slas.gold.marginSigmas",
                        "slas.gold.warmUpRequests");
    }

    @Test
    void takesSecretsOnlyFromTheEnvironment() {
        MessConfig config =
                loader.parse(
                        "mess.yaml",
                        MINIMAL.replace("model: small,", "model: small, apiKey: '${env:KEY}',")
                                .replace(
                                        "\"localhost:9092\"",
                                        "'b:1', properties: { sasl.jaas.config: 'x"
                                                + " password=\"${env:PASSWORD}\";' }"));

        assertThat(config.zoo().get("small").apiKey()).isEqualTo("s3cret");
        assertThat(config.kafka().properties())
                .containsEntry("sasl.jaas.config", "x password=\"pa$$word\";");
        assertThat(config.toString()).doesNotContain("s3cret", "pa$$word");
        assertThat(errors(MINIMAL.replace("model: small,", "model: small, apiKey: plain-text,")))
                .singleElement()
                .asString()
                .startsWith("zoo.small.apiKey: must be ${env:NAME}")
                .doesNotContain("plain-text");
    }

    @Test
    void doesNotQuoteSecretsInTheWrongPlace() {
        String trust = "model: small, trustStore: { path: /ca.p12, password: hunter2 },";
        assertThat(errors(MINIMAL.replace("model: small,", trust)))
                .singleElement()
                .asString()
                .startsWith("zoo.small.trustStore.password: must be ${env:NAME}")
                .doesNotContain("hunter2");
        String key = "{ sources: [{ source: rapl }, { source: rapl, apiKey: hunter2 }] }";
        assertThat(errors(energy(key)))
                .singleElement()
                .asString()
                .startsWith("zoo.small.energy.sources[1].apiKey: must be ${env:NAME}")
                .doesNotContain("hunter2");
        String dcgm = "{ source: dcgm, gpus: [0], url: 'http://me:hunter2@gpu1:9400/metrics' }";
        assertThat(errors(energy(dcgm)))
                .singleElement()
                .asString()
                .startsWith("zoo.small.energy.url: must be the http or https address")
                .doesNotContain("hunter2");
    }

    @Test
    void readsEverySourceOfEnergy() {
        for (String energy :
                List.of(
                        "{ source: nvml, gpus: [0, GPU-8f2c] }",
                        "{ source: dcgm, gpus: [1], url: 'http://gpu1:9400/metrics',"
                                + " attribution: tokens,"
                                + " tokenCounters: 'http://gpu1:8000/metrics' }",
                        "{ source: rapl, packages: [0], samplePeriodMillis: 10 }",
                        "{ sources: [{ source: nvml, gpus: [0], idle: amortise },"
                                + " { source: rapl, settleMillis: 0 }], priorJoules: 3 }",
                        "{ source: response, pointer: /usage/energy_joules }",
                        "{ source: tokens, joulesPerPromptToken: 0, joulesPerCompletionToken: 1 }",
                        "{ source: constant, joulesPerRequest: 1, priorJoulesPerToken: 0.1 }")) {
            assertThat(loader.parse("mess.yaml", energy(energy)).zoo()).containsKey("small");
        }
    }

    @Test
    void refusesTheSameFieldTwice() {
        assertThat(errors(MINIMAL + "slas:\n  silver: { alpha: 0.5 }\n"))
                .singleElement()
                .asString()
                .contains("Duplicate field 'slas'");
    }

    @Test
    void limitsSizeAndDepth(@TempDir Path folder) throws Exception {
        Path large = folder.resolve("large.yaml");
        Files.writeString(large, MINIMAL + "#".repeat(1 << 20));
        assertThat(catchThrowableOfType(ConfigException.class, () -> loader.load(large)).errors())
                .containsExactly("file: must have at most 1048576 bytes");
        assertThat(errors(MINIMAL + "embedding: " + "[".repeat(40) + "]".repeat(40)))
                .singleElement()
                .asString()
                .startsWith("yaml: Document nesting depth (33) exceeds the maximum allowed (32");
    }

    /** Jackson would read an alias as the string "x", or expand it, depending on where it is. */
    @Test
    void refusesAliases() {
        assertThat(
                        errors(
                                """
                                a: &x [lol, lol]
                                b: &y [*x, *x]
                                """))
                .containsExactly(
                        "yaml: line 2: *x: aliases are not supported; repeat the value instead");
        assertThat(errors(MINIMAL.replace("model: small,", "model: *small,")))
                .singleElement()
                .asString()
                .contains("*small: aliases are not supported");
    }

    @Test
    void namesTheFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mess.yaml");
        ConfigException missing =
                catchThrowableOfType(ConfigException.class, () -> loader.load(file));
        assertThat(missing).hasMessageContaining(file.toString()).hasMessageContaining("not exist");

        Files.writeString(file, MINIMAL);
        assertThat(loader.load(file)).isEqualTo(loader.parse("mess.yaml", MINIMAL));
    }

    private static String energy(String energy) {
        return MINIMAL.replace("{ source: constant, joulesPerRequest: 1 }", energy);
    }

    private long repeatWindowMillis(String gold) {
        return sla(gold).repeatWindowMillis();
    }

    private SlaSection sla(String gold) {
        return loader.parse("mess.yaml", gold(gold)).slas().get("gold");
    }

    private static String gold(String gold) {
        return MINIMAL.replace("{ alpha: 0.75 }", gold);
    }

    private List<String> errors(String yaml) {
        return catchThrowableOfType(ConfigException.class, () -> loader.parse("mess.yaml", yaml))
                .errors();
    }
}
