package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class RequestLinesTest {

    @Test
    void errorsNameTheLineOfTheFile() throws IOException {
        assertThat(lines("a\n\n{\"prompt\":\n  \n{prompt}\nb\n").errors())
                .hasSize(2)
                .satisfies(
                        errors ->
                                assertThat(errors.get(0)).startsWith("line 3: must be valid JSON"))
                .satisfies(
                        errors ->
                                assertThat(errors.get(1)).startsWith("line 5: must be valid JSON"));
    }

    @Test
    void aRequestMustFitIntoARecord() throws IOException {
        assertThat(lines("a\n" + "x".repeat(100)).errors())
                .containsExactly("line 2: must have at most 100 bytes (max.request.size), had 126");
    }

    @Test
    void ofManyErrorsTheFirstAreListed() throws IOException {
        assertThat(lines("{\n".repeat(1_000)).errors()).hasSize(10);
    }

    @Test
    void requestsKnowTheirLines() throws IOException {
        RequestLines lines = lines("\na\n\nb");
        assertThat(lines.next().number()).isEqualTo(2);
        assertThat(lines.next().number()).isEqualTo(4);
        assertThat(lines.next()).isNull();
    }

    private static RequestLines lines(String text) {
        return new RequestLines(new BufferedReader(new StringReader(text)), "gold", 100);
    }
}
