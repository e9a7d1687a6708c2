package dev.messplus.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.core.belief.OutcomeRecorder;
import dev.messplus.core.belief.WarmStart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmStartFileTest {

    private static final String VALID =
            """
            {"format": 2, "embedding": "hashing/1", "weight": 5,
             "prompts": [{"features": [1, 0], "rows": 2}, {"features": [0.5, -1], "rows": 3}],
             "models": {"small": {"scores": [0.25, 1], "meanJoules": 3}}}
            """;

    @TempDir private Path folder;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        OutcomeRecorder recorder = new OutcomeRecorder("e/1", List.of("small", "large"), 3);
        Random random = new Random(1);
        for (int row = 0; row < 20; row++) {
            recorder.add(
                    new float[] {random.nextFloat(), -random.nextFloat(), 1e-7f},
                    random.doubles(2).toArray(),
                    random.doubles(2).toArray());
        }
        Path file = folder.resolve("beliefs.json");
        WarmStartFile.write(file, recorder.result());

        WarmStart read = WarmStartFile.read(file);
        assertThat(read)
                .usingRecursiveComparison()
                .withEqualsForType(Double::equals, Double.class)
                .isEqualTo(recorder.result());
        assertThat(Files.readString(file)).startsWith("{\"format\":2,\"embedding\":\"e/1\"");
    }

    @Test
    void theFormatIsAsDocumented() {
        WarmStart read = WarmStartFile.parse(VALID);
        assertThat(read.embedding()).isEqualTo("hashing/1");
        assertThat(read.weight()).isEqualTo(5);
        assertThat(read.rows()).isEqualTo(5);
        assertThat(read.prompts()).hasSize(2);
        assertThat(read.prompts().get(1).features()).containsExactly(.5f, -1);
        assertThat(read.prompts().get(1).rows()).isEqualTo(3);
        assertThat(read.models().get("small").scores()).containsExactly(.25, 1);
        assertThat(read.models().get("small").meanJoules()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\": 2 | \"format\": 1 | format: must be 2, was 1; mess replay --save writes such files",
                "\"format\": 2, | | format: must be 2, was ; mess replay",
                "\"weight\": 5 | \"weight\": -2 | weight: must be at least 0, was -2",
                "\"weight\": 5, | | is not what mess replay --save writes: weight: Missing creator property 'weight'",
                "\"weight\": 5 | \"weight\": 5, \"row\": 2 | is not what mess replay --save writes: row: Unrecognized field \"row\"",
                "[0.5, -1] | [0.5] | prompts: must all have as many features as the first, 2, one had 1",
                "[0.5, -1] | [0.5, \"Infinity\"] | prompts[1].features: must be finite numbers, was Infinity",
                "[0.5, -1] | [0.5, null] | is not what mess replay --save writes: prompts[1].features[1]: ",
                "[0.5, -1] | null | is not what mess replay --save writes: prompts[1].features: Null value",
                "\"rows\": 3 | \"rows\": 0 | prompts[1].rows: must be at least 1, was 0",
                ", \"rows\": 3 | | is not what mess replay --save writes: prompts[1].rows: Missing creator property 'rows'",
                "\"rows\": 3} | \"rows\": 3}, null | is not what mess replay --save writes: prompts",
                "1], \"mean | 1.5], \"mean | models.small.scores: must be between 0 and 1, was 1.5",
                "1], \"mean | \"NaN\"], \"mean | models.small.scores: must be between 0 and 1, was NaN",
                "[0.25, 1] | [0.25] | models.small.scores: must be one of each of the 2 groups of prompts, had 1",
                "\"meanJoules\": 3 | \"meanJoules\": -3 | models.small.meanJoules: must be finite and at least 0, was -3.0",
                "{\"scores\": [0.25, 1], \"meanJoules\": 3} | null | is not what mess replay --save writes: models",
                "{\"format\" | [\"format\" | is not what mess replay --save writes: Unexpected character",
            })
    void refusesWhatItCannotUse(String from, String to, String message) {
        String text = VALID.replace(from, to == null ? "" : to);
        assertThat(text).isNotEqualTo(VALID);
        assertThatThrownBy(() -> WarmStartFile.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void refusesFilesThatAreMissingOrTooLarge() throws Exception {
        Path missing = folder.resolve("missing.json");
        assertThatThrownBy(() -> WarmStartFile.read(missing))
                .hasMessage(missing + " does not exist");
        assertThatThrownBy(() -> WarmStartFile.read(folder)).hasMessageContaining("cannot be read");

        Path large = Files.write(folder.resolve("large"), new byte[WarmStartFile.MAX_BYTES + 1]);
        assertThatThrownBy(() -> WarmStartFile.read(large))
                .hasMessage(large + " must have at most 4194304 bytes");
    }
}
