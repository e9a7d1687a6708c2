package dev.messplus.batch.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {

    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("results.jsonl");
    }

    @Test
    void aFileIsSetBackToAnEarlierLengthAndGoesOn() throws IOException {
        long length;
        try (ResultFile results = ResultFile.open(file)) {
            results.append("é1");
            results.append("2");
            length = results.length();
            results.append("half");
            results.sync();
        }
        try (ResultFile results = ResultFile.open(file)) {
            results.truncate(length);
            results.append("3");
            assertThat(results.length()).isEqualTo(length + 2);
        }
        assertThat(Files.readAllLines(file)).containsExactly("é1", "2", "3");
    }

    @Test
    void aFileThatHasBecomeShorterIsNotGoneOnWith() throws IOException {
        try (ResultFile results = ResultFile.open(file)) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> results.truncate(1))
                    .withMessage("had 1 bytes and has 0 now");
        }
    }

    @Test
    void nobodyElseWritesTheFiles() throws IOException {
        BatchFiles files = BatchFiles.of(folder.resolve("a.jsonl"), null, null);
        try (FilesLock lock = FilesLock.take(files)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> FilesLock.take(files))
                    .withMessageContaining(
                            "a.results.jsonl is being written by another mess batch");
        }
        FilesLock.take(files).close();
    }

    @Test
    void aFolderThatDoesNotExistIsNamed() {
        BatchFiles files = BatchFiles.of(Path.of("a.jsonl"), folder.resolve("none/x.jsonl"), null);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> FilesLock.take(files))
                .withMessageStartingWith("--results: the folder of ");
    }

    @Test
    void resultsAreBroughtIntoTheOrderOfTheInput() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 5_000; i += 3) {
            lines.add(i + " " + "é".repeat(i % 50));
        }
        List<String> shuffled = new ArrayList<>(lines);
        Collections.shuffle(shuffled, new Random(7));
        Files.write(file, shuffled);

        InputOrder.sort(file, line -> Long.parseLong(line.split(" ", 2)[0]));

        assertThat(Files.readAllLines(file)).isEqualTo(lines);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void theFilesOfAnInputAreBesideIt() {
        BatchFiles files = BatchFiles.of(Path.of("a/prompts.jsonl"), null, null);
        assertThat(files.results()).isEqualTo(Path.of("a/prompts.results.jsonl"));
        assertThat(files.errors()).isEqualTo(Path.of("a/prompts.errors.jsonl"));
        assertThat(files.progress()).isEqualTo(Path.of("a/prompts.progress.json"));
        BatchFiles named = BatchFiles.of(Path.of("prompts"), Path.of("out/x.jsonl"), null);
        assertThat(named.errors()).isEqualTo(Path.of("out/x.errors.jsonl"));
        assertThat(named.progress()).isEqualTo(Path.of("out/x.progress.json"));
    }
}
