package dev.messplus.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.messplus.batch.file.InputFile;
import dev.messplus.batch.line.LineFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchProgressTest {

    @TempDir Path folder;

    @Test
    void whatItWritesItReads() throws IOException {
        Path file = folder.resolve("p.json");
        assertThat(BatchProgress.read(file)).isNull();
        BatchProgress progress =
                BatchProgressBuilder.builder()
                        .batch("batch_1")
                        .attempt(2)
                        .requestsTopic("q")
                        .responsesTopic("r")
                        .format(LineFormats.OPENAI)
                        .sla("gold")
                        .slaOfLines(true)
                        .input(new InputFile.Fingerprint(1L << 40, 0xffffffffL, 3))
                        .line(1)
                        .lineEnd(2)
                        .out(3)
                        .requestOffsets(Map.of(0, 4L, 11, 1L << 40))
                        .responseOffsets(Map.of(0, 6L))
                        .resultBytes(7)
                        .errorBytes(8)
                        .figures(
                                BatchFiguresBuilder.builder()
                                        .answered(1)
                                        .failed(2)
                                        .invalid(3)
                                        .scored(4)
                                        .scores(0.1)
                                        .joules(1e-9)
                                        .estimated(true)
                                        .build())
                        .complete(true)
                        .build();
        progress.write(file);
        assertThat(BatchProgress.read(file)).isEqualTo(progress);
        assertThat(progress.requestBatch()).isEqualTo("batch_1.2");
    }

    @Test
    void anotherFileIsNotTakenForOne() throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), "[1]");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BatchProgress.read(file))
                .withMessageContaining("is not the progress of a batch");
    }
}
