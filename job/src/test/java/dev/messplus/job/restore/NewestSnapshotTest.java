package dev.messplus.job.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    void aFileThatCannotBeReachedIsNoDamage() throws Exception {
        writeBoth();
        OperatorSubtaskState elsewhere =
                OperatorSubtaskState.builder()
                        .setRawKeyedState(
                                new KeyGroupsStateHandle(
                                        new KeyGroupRangeOffsets(0, 127),
                                        new FileStateHandle(
                                                new org.apache.flink.core.fs.Path("s3://b/f"), 1)))
                        .build();
        Files.delete(newer.resolve("_metadata"));
        SnapshotFixture.write(newer, NOW.plusSeconds(1), List.of(elsewhere));

        // Its plugin is missing, so that nobody knows.
        assertUndecided("'s3'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared", "_metadata"})
    void aFileThatMayNotBeReadIsNoDamage(String name, @TempDir Path elsewhere) throws Exception {
        writeBoth();
        Path file = Files.move(newer.resolve(name), elsewhere.resolve(name));
        Files.createSymbolicLink(newer.resolve(name), file);
        lock(elsewhere);

        assertThatThrownBy(() -> NewestSnapshot.find(state, log))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("AccessDenied");
        assertThat(log).isEmpty();
    }

    @Test
    void aFolderThatMayNotBeReadIsNamed() throws Exception {
        writeBoth();
        lock(newer);

        assertThatThrownBy(() -> NewestSnapshot.find(state, log))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(state + ": cannot look for checkpoints and savepoints")
                .hasMessageContaining(newer.toString());
    }

    @Test
    void aFileThatTheSystemCannotOpenIsNoDamage() throws Exception {
        writeBoth();
        Path file = newer.resolve("shared");
        Files.delete(file);
        // Without end. Its length is unknown to everybody, root as well.
        Files.createSymbolicLink(file, file);

        assertUndecided(file.toString());
    }

    @Test
    void doesNotStartFromNothingIfAllAreDamaged() throws Exception {
        writeBoth();
        Files.write(newer.resolve("_metadata"), new byte[3]);
        Files.write(older.resolve("_metadata"), new byte[3]);

        assertThatThrownBy(() -> NewestSnapshot.find(state, log))
                .isInstanceOf(DamagedSnapshotException.class)
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

    /** JUnit unlocks it. */
    private static void lock(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, Set.of());
        Assumptions.assumeFalse(Files.isReadable(folder), "Skipped: root may read everything");
    }

    private void assertUndecided(String reason) {
        assertThatThrownBy(() -> NewestSnapshot.find(state, log))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(newer + ": cannot tell whether it is complete: ")
                .hasMessageContaining(reason);
        assertThat(log).isEmpty();
    }

    private void writeBoth() throws IOException {
        SnapshotFixture.write(older, NOW);
        SnapshotFixture.write(newer, NOW.plusSeconds(1));
    }
}
