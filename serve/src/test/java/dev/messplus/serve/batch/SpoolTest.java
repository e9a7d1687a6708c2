package dev.messplus.serve.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir Path parent;

    @Test
    void whatAKilledDoorLeftIsDeleted() throws Exception {
        Path left = Files.createDirectories(parent.resolve("mess-spool-killed/batch_1"));
        Files.writeString(left.resolve("results.jsonl"), "{}");
        Files.createFile(left.resolveSibling(".lock"));
        Path others = Files.createDirectory(parent.resolve("others"));

        try (Spool spool = Spool.open(parent)) {
            Path folder = spool.folder("batch_2");
            assertThat(left.getParent()).doesNotExist();
            assertThat(others).exists();
            assertThat(folder).isEmptyDirectory();
        }
        assertThat(children()).containsExactly(others);
    }

    @Test
    void aDoorThatRunsKeepsItsFolder() throws Exception {
        try (Spool one = Spool.open(parent)) {
            Path folder = one.folder("batch_1");
            try (Spool other = Spool.open(parent)) {
                assertThat(folder).exists();
                assertThat(other.folder("batch_1")).isNotEqualTo(folder);
            }
            assertThat(folder).exists();
        }
        assertThat(children()).isEmpty();
    }

    private List<Path> children() throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.toList();
        }
    }
}
