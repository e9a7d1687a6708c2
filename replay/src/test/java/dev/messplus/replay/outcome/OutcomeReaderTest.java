package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeReaderTest {

    private static final String HEADER =
            "doc_id,input_text,benchmark_name,label_a,energy_consumption_a,inference_time_a,label_b,energy_consumption_b\n";

    @TempDir Path folder;

    @Test
    void readsRowsWithQuotesAndLineEnds() throws IOException {
        OutcomeTable table =
                OutcomeReader.read(
                        file(
                                "\uFEFF"
                                        + HEADER
                                        + "1,\"Two\nlines, \"\"quoted\"\"\",math,0.5,2,,1,30.5\r\n"
                                        + "\n"
                                        + "1,again,code,0,0,x,1e-1,3\n"));
        assertThat(table.models()).containsExactly("a", "b");
        assertThat(table.rows()).extracting(Outcome::id).containsExactly("1", "1");
        Outcome first = table.rows().get(0);
        assertThat(first.text()).isEqualTo("Two\nlines, \"quoted\"");
        assertThat(first.kind()).isEqualTo("math");
        assertThat(first.answers().scores()).containsExactly(.5, 1);
        assertThat(first.answers().joules()).containsExactly(2, 30.5);
        assertThat(table.rows().get(1).answers().scores()).containsExactly(0, .1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,t,k,1.2,2,,1,3 | line 2, label_a: must be between 0 and 1, was 1.2",
                "1,t,k,NaN,2,,1,3 | line 2, label_a: must be between 0 and 1, was NaN",
                "1,t,k,,2,,1,3 | line 2, label_a: must be between 0 and 1, was empty",
                "1,t,k,1,-2,,1,3 | line 2, energy_consumption_a: must be finite and at least 0, was -2",
                "1,t,k,1,2,,1,lots | line 2, energy_consumption_b: must be finite and at least 0, was lots",
                "1,t,k,1,Infinity,,1,3 | energy_consumption_a: must be finite and at least 0, was Infinity",
                "1,t,k,1,2 | line 2: must have 8 fields as line 1, had 5",
                "1,\"t,k,1,2,,1,3 | is not valid CSV",
            })
    void namesLineColumnValueAndRule(String row, String message) throws IOException {
        Path file = file(HEADER + row + "\n");
        assertThatThrownBy(() -> OutcomeReader.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsWhatAScorerSaid() throws IOException {
        String header = HEADER.replace("\n", ",reading_b,reading_a\n");
        OutcomeTable table = OutcomeReader.read(file(header + "1,t,k,1,2,,0,3,.25,.75\n"));

        assertThat(table.rows().get(0).answers().readings()).containsExactly(.75, .25);
        Path written = folder.resolve("written.csv");
        OutcomeWriter.write(written, table);
        assertThat(OutcomeReader.read(written).rows().get(0).answers().readings())
                .containsExactly(.75, .25);
        Path wrong = file(header + "1,t,k,1,2,,0,3,.25,-2.5\n");
        assertThatThrownBy(() -> OutcomeReader.read(wrong))
                .hasMessageContaining("line 2, reading_a: must be between 0 and 1, was -2.5");
        Path partly = file(HEADER.replace("\n", ",reading_b,reading_c\n"));
        assertThatThrownBy(() -> OutcomeReader.read(partly))
                .hasMessageContaining("line 1: has no column reading_a")
                .hasMessageContaining("line 1: has no column label_c");
    }

    @Test
    void countsTheLinesOfTheFileNotTheRecords() throws IOException {
        Path file = file(HEADER + "1,\"a\nb\nc\",k,1,2,,1,3\n\n2,t,k,1,2,,7,3\n");
        assertThatThrownBy(() -> OutcomeReader.read(file))
                .hasMessageContaining("line 6, label_b: must be between 0 and 1, was 7");
    }

    @Test
    void namesAllColumnsThatAreMissing() throws IOException {
        Path file = file("doc_id,label_a,label_b,energy_consumption_b,energy_consumption_c\n");
        assertThatThrownBy(() -> OutcomeReader.read(file))
                .hasMessageContaining("line 1: has no column input_text")
                .hasMessageContaining("line 1: has no column benchmark_name")
                .hasMessageContaining("line 1: has no column energy_consumption_a")
                .hasMessageContaining("line 1: has no column label_c");
    }

    @Test
    void refusesAFileWithoutContent() throws IOException {
        Path empty = file("");
        assertThatThrownBy(() -> OutcomeReader.read(empty)).hasMessageContaining("was empty");
        Path header = file(HEADER);
        assertThatThrownBy(() -> OutcomeReader.read(header))
                .hasMessageContaining("must have a row");
        Path modelless = file("doc_id,input_text,benchmark_name\n1,t,k\n");
        assertThatThrownBy(() -> OutcomeReader.read(modelless))
                .hasMessageContaining("must have a column label_MODEL");
        assertThatThrownBy(() -> OutcomeReader.read(folder.resolve("none.csv")))
                .hasMessageContaining("file: cannot be read");
    }

    @Test
    void refusesTooManyCharactersOrRows() throws IOException {
        Path long1 =
                file(
                        HEADER
                                + "1,"
                                + "x".repeat(OutcomeReader.MAX_FIELD_CHARS + 1)
                                + ",k,1,2,,1,3\n");
        assertThatThrownBy(() -> OutcomeReader.read(long1))
                .hasMessageContaining("line 2, input_text: must have at most 4,194,304 characters");
        Path rows = file(HEADER + "1,t,k,1,2,,1,3\n".repeat(3));
        assertThat(OutcomeReader.read(rows, 3).rows()).hasSize(3);
        assertThatThrownBy(() -> OutcomeReader.read(rows, 2))
                .hasMessageContaining("must have at most 2 rows");
    }

    @Test
    void stopsAfterTenErrors() throws IOException {
        Path file = file(HEADER + "1,t,k,2,2,,1,3\n".repeat(50));
        assertThatThrownBy(() -> OutcomeReader.read(file))
                .hasMessageContaining("10 errors")
                .hasMessageContaining("line 11,")
                .message()
                .doesNotContain("line 12,");
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("data.csv"), content);
    }
}
