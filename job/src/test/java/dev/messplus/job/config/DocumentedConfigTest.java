package dev.messplus.job.config;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations that the documentation shows are valid. */
class DocumentedConfigTest {

    private static final Path ENERGY = Path.of("..", "docs", "energy.md");
    private static final Path SHIPPED = Path.of("..", "flink-conf", "mess.yaml");

    private static final Path ON_KUBERNETES =
            Path.of("..", "flink-conf", "kubernetes", "mess.yaml");

    private static final Pattern FENCED =
            Pattern.compile("^```yaml\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /** A field that is commented out, unlike a comment in words. */
    private static final Pattern COMMENTED_OUT =
            Pattern.compile("^( *)# ( *[A-Za-z0-9.-]+:(?: .*)?)$", Pattern.MULTILINE);

    private static final String MODEL =
            """
            kafka: { bootstrap: "localhost:9092" }
            slas: { gold: { alpha: 0.75 } }
            zoo:
              shown:
                url: "http://gpu1:8001/v1"
                model: shown
            """;

    private static final String CONSTANT = "energy: { source: constant, joulesPerRequest: 1 }";

    private final ConfigLoader loader =
            new ConfigLoader(
                    Map.of(
                            "KAFKA_PASSWORD", "1",
                            "LLAMA_8B_KEY", "2",
                            "EXPORTER_PASSWORD", "3",
                            "SMALL_KEY", "4",
                            "OTLP_TOKEN", "5"));

    @Test
    void everyEnergySourceIsDocumentedWithAValidExample() throws Exception {
        Set<String> shown =
                FENCED.matcher(Files.readString(ENERGY))
                        .results()
                        .map(block -> MODEL + block.group(1).indent(4))
                        .map(yaml -> loader.parse("energy.md", yaml).zoo().get("shown"))
                        .flatMap(model -> model.energy().sources().stream())
                        .map(section -> section.source().label())
                        .collect(toSet());

        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(
                                        EnergySourceNames.class
                                                .getAnnotation(JsonSubTypes.class)
                                                .value())
                                .map(JsonSubTypes.Type::name)
                                .toList());
    }

    @Test
    void theExampleOfTracingIsValid() throws Exception {
        String page = Files.readString(Path.of("..", "docs", "tracing.md"));
        String block = FENCED.matcher(page).results().findFirst().orElseThrow().group(1);

        assertThat(loader.parse("tracing.md", MODEL + CONSTANT.indent(4) + block).tracing())
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"delivery.md", "security.md"})
    void kafkaExamplesAreValid(String page) throws Exception {
        List<String> blocks =
                FENCED.matcher(Files.readString(Path.of("..", "docs", page)))
                        .results()
                        .map(block -> block.group(1))
                        .toList();
        String rest = MODEL.replaceAll("kafka:.*\n", "") + CONSTANT.indent(4);
        assertThat(blocks).isNotEmpty();
        for (String block : blocks) {
            assertThat(loader.parse(page, rest + block)).isNotNull();
        }
    }

    @Test
    void fieldsThatAreCommentedOutInTheShippedFileAreValid() throws Exception {
        String shipped = Files.readString(SHIPPED);
        String all = COMMENTED_OUT.matcher(shipped).replaceAll("$1$2");

        MessConfig config = loader.parse("mess.yaml", all);

        assertThat(config).isNotEqualTo(loader.parse("mess.yaml", shipped));
        assertThat(config.kafka().properties()).containsKey("security.protocol");
        assertThat(config.zoo().values()).anyMatch(model -> model.trustStore() != null);
        assertThat(config.slas().get("gold").shards()).isGreaterThan(1);
        assertThat(config.slas().get("gold").repeatWindowMillis()).isPositive();
        assertThat(config.tracing().headers()).containsEntry("Authorization", "Bearer 5");
    }

    @Test
    void fieldsThatAreCommentedOutInTheFileForKubernetesAreValid() throws Exception {
        String shipped = Files.readString(ON_KUBERNETES);
        String all = COMMENTED_OUT.matcher(shipped).replaceAll("$1$2");

        MessConfig config = loader.parse("mess.yaml", all);

        assertThat(config.kafka().properties()).containsKey("sasl.jaas.config");
        assertThat(config.zoo().values()).anyMatch(model -> model.apiKey() != null);
    }
}
