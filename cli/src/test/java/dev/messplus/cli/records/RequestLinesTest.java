package dev.messplus.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.pipeline.RecordCheck;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class RequestLinesTest {

    @Test
    void errorsNameTheLineOfTheFile() throws IOException {
        assertThat(errors("a\n\n{\"prompt\":\n  \n{prompt}\nb\n").errors())
                .satisfiesExactly(
                        error ->
                                assertThat(error)
                                        .startsWith("line 3: value: is not JSON at column 11: ")
                                        .doesNotContain("Source"),
                        error ->
                                assertThat(error)
                                        .startsWith("line 5: value: is not JSON at column 2: "));
    }

    @Test
    void whatTheJobWouldRefuseIsAnError() throws IOException {
        assertThat(
                        errors(
                                        """
                                        {"promt": "a"}
                                        {"prompt": "a", "metric": "f1"}
                                        {"prompt": "a", "id": 2}
                                        {"prompt": "a", "sla": "any"}
                                        """)
                                .errors())
                .satisfiesExactly(
                        error ->
                                assertThat(error)
                                        .isEqualTo(
                                                "line 1: promt: is unknown; did you mean prompt?"),
                        error ->
                                assertThat(error)
                                        .startsWith(
                                                "line 2: metric: has no effect without a reference"),
                        error -> assertThat(error).startsWith("line 3: id: must be "));
    }

    @Test
    void aRequestMustFitIntoARecord() throws IOException {
        assertThat(errors("a\n" + "x".repeat(100)).errors())
                .containsExactly("line 2: must have at most 100 bytes (max.request.size), had 126");
    }

    @Test
    void ofManyErrorsTheFirstAreListedAndAllAreCounted() throws IOException {
        ConfigException errors = errors("{\n".repeat(100_000) + "a\n");

        assertThat(errors.errors()).hasSize(10);
        assertThat(errors)
                .hasMessageStartingWith(
                        "file has 100,000 errors, of which the first 10 are:%n  line 1: "
                                .formatted());
        assertThat(errors("{\n".repeat(10))).hasMessageStartingWith("file has 10 errors:");
    }

    @Test
    void aFileWithoutErrorsIsFine() throws IOException {
        lines("a\n\nb").errors().throwIfAny("file");
    }

    @Test
    void requestsKnowTheirLines() throws IOException {
        RequestLines lines = lines("\na\n\nb");
        assertThat(lines.next().number()).isEqualTo(2);
        assertThat(lines.next().number()).isEqualTo(4);
        assertThat(lines.next()).isNull();
    }

    private static ConfigException errors(String text) throws IOException {
        LineErrors errors = lines(text).errors();
        return catchThrowableOfType(ConfigException.class, () -> errors.throwIfAny("file"));
    }

    private static RequestLines lines(String text) {
        return new RequestLines(
                new BufferedReader(new StringReader(text)), "gold", RecordCheck.ofAnyJob(), 100);
    }
}
