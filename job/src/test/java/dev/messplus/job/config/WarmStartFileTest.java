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
            {"format": 1, "embedding": "hashing/1", "rows": 2, "moments": [1, 0, 1],
             "models": {"small": {"moments": [0, 0.5], "meanJoules": 3}}}
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
        assertThat(Files.readString(file)).startsWith("{\"format\":1,\"embedding\":\"e/1\"");
    }

    @Test
    void theFormatIsAsDocumented() {
        WarmStart read = WarmStartFile.parse(VALID);
        assertThat(read.embedding()).isEqualTo("hashing/1");
        assertThat(read.rows()).isEqualTo(2);
        assertThat(read.moments()).containsExactly(1, 0, 1);
        assertThat(read.models().get("small").moments()).containsExactly(0, .5);
        assertThat(read.models().get("small").meanJoules()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\": 1 | \"format\": 2 | format: must be 1, was 2; mess replay --save writes such files",
                "\"format\": 1, | | format: must be 1, was ; mess replay",
                "\"rows\": 2 | \"rows\": -2 | rows: must be at least 0, was -2",
                "\"rows\": 2, | | is not what mess replay --save writes: Missing creator property 'rows'",
                "\"rows\": 2 | \"rows\": 2, \"row\": 2 | is not what mess replay --save writes: Unrecognized field \"row\"",
                "[1, 0, 1] | [1, 0] | moments: must be the lower triangle of a square matrix, had 2 elements",
                "[1, 0, 1] | null | is not what mess replay --save writes: Null value",
                "0.5] | 1.5] | mean score: must be between 0 and 1, was 1.5",
                "\"meanJoules\": 3 | \"meanJoules\": -3 | meanJoules: must be finite and at least 0, was -3.0",
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
