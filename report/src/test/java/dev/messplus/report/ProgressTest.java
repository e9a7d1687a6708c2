package dev.messplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
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

    @Test
    void saysHowMuchTimeIsLeftIfTheRestGoesAsFast() {
        AtomicLong nanos = new AtomicLong(7);
        try (Progress progress =
                new Progress.Lines("run", new Progress.Extent(0, 10), print(), nanos::get)) {
            nanos.addAndGet(12_000_000_000L);
            progress.update(4, "");
            nanos.addAndGet(8_000_000_000L);
            progress.update(10, "");
        }
        assertThat(lines())
                .extracting(String::strip)
                .containsExactly("run  4/10  12 s, 18 s left", "run  10/10  20 s");
    }

    @Test
    void theTimeThatIsLeftIsThatOfThisRunAndALineComesEveryMinute() {
        AtomicLong nanos = new AtomicLong();
        Progress.Extent begun = new Progress.Extent(500_000, 1_000_000);
        try (Progress progress = new Progress.Lines("batch", begun, print(), nanos::get)) {
            nanos.addAndGet(61_000_000_000L);
            progress.update(500_000, "");
            progress.update(500_610, "");
            progress.update(500_700, "");
        }
        assertThat(lines())
                .extracting(String::strip)
                .containsExactly("batch  500610/1000000  61 s, 49939 s left");
    }

    @Test
    void nothingToDoIsDoneAtOnce() {
        try (Progress progress = progress(0)) {
            progress.update(0, "");
        }
        assertThat(lines()[0]).startsWith("embedding  0/0  0 s");
    }

    private PrintStream print() {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }

    private Progress progress(long total) {
        return Progress.of("embedding", total, true, print());
    }

    private String[] lines() {
        return out.toString(StandardCharsets.UTF_8).split("\\R");
    }
}
