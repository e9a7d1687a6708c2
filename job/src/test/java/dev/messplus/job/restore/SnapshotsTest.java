package dev.messplus.job.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    /** A savepoint that the job took. */
    private static final Path REAL =
            Path.of("src/test/resources/dev/messplus/job/savepoint/savepoint-0.1-under-load");

    /**
     * The bits of a byte that are flipped: the highest makes a length negative, the next one huge.
     */
    private static final List<Integer> FLIPS = List.of(0x01, 0x40, 0x80);

    private final Set<Class<?>> causes = new HashSet<>();

    @TempDir private Path folder;

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> Snapshots.verify(folder))
                .isInstanceOf(DamagedSnapshotException.class)
                .hasMessage("its metadata is missing");
    }

    @Test
    void aDamagedBitIsHarmlessOrFound() throws Exception {
        SnapshotFixture.write(folder, NOW);

        damage(1);
        assertThat(causes).contains(OutOfMemoryError.class, NegativeArraySizeException.class);
    }

    @Test
    void aDamagedBitOfARealSavepointIsHarmlessOrFound() throws Exception {
        try (Stream<Path> files = Files.list(REAL)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }

        damage(97);
    }

    /**
     * Flips bits of the metadata, each by itself.
     *
     * @param step takes one byte of that many
     */
    private void damage(int step) throws IOException {
        Path file = folder.resolve(Snapshots.METADATA);
        byte[] whole = Files.readAllBytes(file);
        Snapshots.verify(folder);
        for (int position = 0; position < whole.length; position += step) {
            for (int flip : FLIPS) {
                byte[] damaged = whole.clone();
                damaged[position] ^= (byte) flip;
                Files.write(file, damaged);
                assertHarmlessOrFound("byte %d ^ %x".formatted(position, flip));
            }
        }
        assertThat(causes).isNotEmpty();
    }

    private void assertHarmlessOrFound(String damage) {
        Throwable thrown = catchThrowable(() -> Snapshots.verify(folder));
        if (thrown instanceof DamagedSnapshotException found) {
            causes.add(found.getCause() == null ? found.getClass() : found.getCause().getClass());
        } else if (thrown != null) {
            // A damaged scheme looks like one whose plugin is missing.
            assertThat(thrown).as(damage).isInstanceOf(UnsupportedFileSystemSchemeException.class);
        }
    }
}
