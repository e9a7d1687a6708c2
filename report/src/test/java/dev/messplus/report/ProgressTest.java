package dev.messplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void plainProgressIsALineForEveryTenthFromAnyThread() {
        try (Progress progress = progress(1_000)) {
            IntStream.range(0, 1_000).parallel().forEach(i -> progress.step());
        }
        assertThat(lines()).hasSize(10).allMatch(line -> line.startsWith("embedding  "));
        assertThat(lines()[9]).startsWith("embedding  1000/1000");
    }

    @Test
    void stepsCountFromTheLastUpdate() {
        try (Progress progress = progress(10)) {
            progress.update(8, "warm");
            progress.step();
        }
        assertThat(lines()[0]).startsWith("embedding  8/10").endsWith("warm");
        assertThat(lines()[1]).startsWith("embedding  9/10");
    }

    private Progress progress(long total) {
        return Progress.of(
                "embedding", total, true, new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private String[] lines() {
        return out.toString(StandardCharsets.UTF_8).split("\\R");
    }
}
