package dev.messplus.job.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.job.restore.NewestSnapshot.DamagedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NewestSnapshotTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir private Path state;
    private final StringBuilder log = new StringBuilder();
    private Path older;
    private Path newer;

    @BeforeEach
    void prepare() {
        older = state.resolve("savepoints/savepoint-0a-1");
        newer = state.resolve("checkpoints/0a/chk-9");
    }

    @Test
    void thereMayBeNone() throws Exception {
        assertThat(NewestSnapshot.find(state, log)).isEmpty();
        // A checkpoint that was begun.
        Files.createDirectories(newer);
        assertThat(NewestSnapshot.find(state, log)).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void takesTheNewest() throws Exception {
        writeBoth();

        assertThat(NewestSnapshot.find(state, log)).contains(newer);
        assertThat(log).isEmpty();
    }

    @Test
    void metadataOfAnyShorterLengthIsDamaged() throws Exception {
        writeBoth();
        byte[] metadata = Files.readAllBytes(newer.resolve("_metadata"));

        for (int length = 0; length < metadata.length; length++) {
            Files.write(newer.resolve("_metadata"), Arrays.copyOf(metadata, length));
            assertThat(NewestSnapshot.find(state, log)).as("%d bytes", length).contains(older);
        }
        assertThat(log.toString().lines())
                .hasSize(metadata.length)
                .allSatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith("Passing over " + newer + ": ")
                                        .doesNotContain("null"));
    }

    @ParameterizedTest
    @MethodSource("files")
    void aFileThatIsMissingOrShortIsDamage(String file) throws Exception {
        writeBoth();

        Files.write(newer.resolve(file), new byte[99]);
        assertThat(NewestSnapshot.find(state, log)).contains(older);
        assertThat(log).contains(file + " has 99 of its 100 bytes");

        Files.delete(newer.resolve(file));
        assertThat(NewestSnapshot.find(state, log)).contains(older);
    }

    @Test
    void doesNotStartFromNothingIfAllAreDamaged() throws Exception {
        writeBoth();
        Files.write(newer.resolve("_metadata"), new byte[3]);
        Files.write(older.resolve("_metadata"), new byte[3]);

        assertThatThrownBy(() -> NewestSnapshot.find(state, log))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("all checkpoints and savepoints are damaged");
        assertThat(log).contains(newer.toString(), older.toString());
    }

    @Test
    void namesAFolderThatDoesNotExist() {
        assertThatThrownBy(() -> NewestSnapshot.find(state.resolve("none"), log))
                .hasMessageContaining("none: does not exist");
    }

    static Stream<String> files() {
        return SnapshotFixture.FILES.stream();
    }

    private void writeBoth() throws IOException {
        SnapshotFixture.write(older, NOW);
        SnapshotFixture.write(newer, NOW.plusSeconds(1));
    }
}
