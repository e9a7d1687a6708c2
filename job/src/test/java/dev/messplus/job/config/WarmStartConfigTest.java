package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.WarmStart;
import dev.messplus.embed.PromptFeatures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An SLA that begins with recorded outcomes. */
class WarmStartConfigTest {

    private static final String CONFIG =
            """
            kafka: { bootstrap: "localhost:9092" }
            embedding: { model: hashing }
            zoo:
              small: { url: "http://one:8001/v1", model: small,
                       energy: { source: constant, joulesPerRequest: 1 } }
              new: { url: "http://one:8001/v1", model: new,
                     energy: { source: constant, joulesPerRequest: 1 } }
            slas:
              gold: { alpha: 0.75, warmStart: { file: beliefs.json } }
            """;

    private static final String HASHING = "hashing/" + PromptFeatures.VERSION;

    @TempDir private Path folder;

    private final ConfigLoader loader = new ConfigLoader(Map.of());

    @BeforeEach
    void record() throws Exception {
        write(recorded(HASHING, PromptFeatures.dimensions(), 2_000, "small", "old"));
    }

    @Test
    void theFileIsReadBesideTheConfiguration() throws Exception {
        SlaSection gold = load(CONFIG).slas().get("gold");
        assertThat(gold.warmStart().weight()).isEqualTo(500);
        assertThat(gold.recorded().weight()).isEqualTo(500);
        assertThat(gold.recorded().models()).containsOnlyKeys("small", "old");
        assertThat(gold.warmStart().summary(List.of("small", "new")))
                .isEqualTo(
                        "begins with 2,000 rows, which count as 500 of beliefs.json; not recorded: new; not in the zoo: old");
    }

    @Test
    void theWeightMayBeAnother() throws Exception {
        SlaSection gold =
                load(CONFIG.replace("beliefs.json }", "beliefs.json, weight: 3000 }"))
                        .slas()
                        .get("gold");
        assertThat(gold.recorded().weight()).isEqualTo(2_000);
        assertThat(gold.warmStart().summary(List.of("small", "old")))
                .isEqualTo("begins with 2,000 rows of beliefs.json");
    }

    @Test
    void theFileMayBeSentAlong() throws Exception {
        String text = Files.readString(folder.resolve("beliefs.json"));
        MessConfig config =
                loader.parse("text", CONFIG, ConfigFiles.sent(Map.of("beliefs.json", text)));
        assertThat(config.slas().get("gold").recorded().weight()).isEqualTo(500);

        ConfigException thrown =
                catchThrowableOfType(ConfigException.class, () -> loader.parse("text", CONFIG));
        assertThat(thrown.errors())
                .containsExactly(
                        "slas.gold.warmStart.file: beliefs.json was not sent along; mess submit sends it");
    }

    @Test
    void withoutWarmStartAnSlaBeginsWithNothing() {
        MessConfig config =
                loader.parse("text", CONFIG.replace(", warmStart: { file: beliefs.json }", ""));
        assertThat(config.slas().get("gold").recorded().isEmpty()).isTrue();
    }

    @Test
    void refusesFeaturesOfAnotherEmbedding() throws Exception {
        write(recorded("all-MiniLM-L6-v2/1", PromptFeatures.dimensions(), 10, "small"));
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: beliefs.json has features of all-MiniLM-L6-v2/1, but the job has those of %s; record again with mess replay --embedding hashing --save"
                        .formatted(HASHING));
    }

    @Test
    void refusesAnotherNumberOfFeatures() throws Exception {
        write(recorded(HASHING, 3, 10, "small"));
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: beliefs.json has 3 features, but the job has %d; record again with mess replay --save"
                        .formatted(PromptFeatures.dimensions()));
    }

    @Test
    void refusesAFileWithoutAnyModelOfTheZoo() throws Exception {
        write(recorded(HASHING, PromptFeatures.dimensions(), 10, "old"));
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: beliefs.json has no model of the zoo (small, new), but old");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws Exception {
        Files.writeString(folder.resolve("beliefs.json"), "{}");
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: beliefs.json cannot be used: format: must be 2, was ; mess replay --save writes such files");
        Files.delete(folder.resolve("beliefs.json"));
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: %s does not exist"
                        .formatted(folder.resolve("beliefs.json").toAbsolutePath()));
    }

    @Test
    void saysWhereInTheFileSomethingIsWrong() throws Exception {
        Path file = folder.resolve("beliefs.json");
        String valid = Files.readString(file);
        String changed = valid.replaceFirst("\"rows\":\\d+", "\"rows\":0");
        assertThat(changed).isNotEqualTo(valid);
        Files.writeString(file, changed);
        assertRefused(
                CONFIG,
                "slas.gold.warmStart.file: beliefs.json cannot be used: prompts[0].rows: must be at least 1, was 0");
    }

    @Test
    void hasNoEffectUnderThePaperPreset() throws Exception {
        assertRefused(
                CONFIG.replace("alpha: 0.75", "alpha: 0.75, preset: paper"),
                "slas.gold.warmStart: has no effect with preset paper; remove it");
    }

    @Test
    void refusesUnknownFieldsAndWeightsOutOfRange() throws Exception {
        assertRefused(
                CONFIG.replace("file: beliefs.json", "weight: 0"),
                "slas.gold.warmStart.file: is missing",
                "slas.gold.warmStart.weight: must be between 1 and 1000000, was 0");
        assertRefused(
                CONFIG.replace("beliefs.json }", "beliefs.json, recorded: 1 }"),
                "slas.gold.warmStart.recorded: is unknown; known are file, weight");
    }

    private void assertRefused(String config, String... errors) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> load(config));
        assertThat(thrown.errors()).containsExactly(errors);
    }

    private MessConfig load(String config) throws Exception {
        return loader.load(Files.writeString(folder.resolve("mess.yaml"), config));
    }

    private void write(WarmStart recorded) throws Exception {
        WarmStartFile.write(folder.resolve("beliefs.json"), recorded);
    }

    private static WarmStart recorded(
            String embedding, int dimensions, int rows, String... models) {
        OutcomeRecorder recorder = new OutcomeRecorder(embedding, List.of(models), dimensions);
        double[] halves = new double[models.length];
        Arrays.fill(halves, .5);
        for (int row = 0; row < rows; row++) {
            float[] features = new float[dimensions];
            features[row % dimensions] = 1;
            recorder.add(features, halves, halves);
        }
        return recorder.result();
    }
}
