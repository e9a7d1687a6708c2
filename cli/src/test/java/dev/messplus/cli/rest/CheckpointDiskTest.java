package dev.messplus.cli.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDiskTest {

    private static final String FAILURE = "Asynchronous task checkpoint failed.";
    private static final String LOG = ". The log of the JobManager says why";

    @Test
    void aDiskOfThisMachineIsSaidWithWhatIsLeft(@TempDir Path folder) throws IOException {
        Files.createDirectory(folder.resolve("job"));

        assertThat(new CheckpointDisk(folder.toUri().toString(), "job").explain(FAILURE))
                .matches(
                        "Asynchronous task checkpoint failed; [0-9.]+ [A-Za-z]+ left on the disk of "
                                + folder.toUri()
                                + "\\. The log of the JobManager says why");
    }

    /** Linux has a file system that is always full. */
    @Test
    void aFullDiskIsSaid() {
        Path full = Path.of("/proc");
        assumeThat(full).exists();
        assumeThat(full.toFile().getUsableSpace()).isZero();

        assertThat(new CheckpointDisk("file:///proc", "self").explain(FAILURE))
                .isEqualTo(
                        "Asynchronous task checkpoint failed: no space left on the disk of file:///proc");
    }

    @Test
    void theFolderOfAnotherMachineIsNotLookedFor(@TempDir Path folder) {
        assertThat(new CheckpointDisk(folder.toUri().toString(), "job").explain(FAILURE))
                .isEqualTo("Asynchronous task checkpoint failed" + LOG);
        assertThat(new CheckpointDisk("s3://bucket/checkpoints", "job").explain(FAILURE))
                .isEqualTo("Asynchronous task checkpoint failed" + LOG);
        assertThat(new CheckpointDisk(null, "job").explain(FAILURE))
                .isEqualTo("Asynchronous task checkpoint failed" + LOG);
        assertThat(new CheckpointDisk("not a uri", "job").explain(FAILURE))
                .isEqualTo("Asynchronous task checkpoint failed" + LOG);
    }
}
