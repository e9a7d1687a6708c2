package dev.messplus.cli.rest;

import dev.messplus.report.Figures;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The disk that a job's checkpoints are on, if it is one of this machine. Flink does not report why
 * a checkpoint cannot be written.
 *
 * @param folder Flink's {@code execution.checkpointing.dir}; {@code null} if it is not set
 * @param job id of the job, in hexadecimal, as its folder has it
 */
record CheckpointDisk(String folder, String job) {

    /** Less is left than a checkpoint needs, which writes several files. */
    private static final long MIN_BYTES = 1 << 16;

    /** Why checkpoints fail, as far as is known. */
    String explain(String failure) {
        String known = failure.replaceFirst("\\.$", "");
        long left = bytesLeft();
        if (left < 0) {
            return known + ". The log of the JobManager says why";
        }
        return left < MIN_BYTES
                ? "%s: no space left on the disk of %s".formatted(known, folder)
                : "%s; %s left on the disk of %s. The log of the JobManager says why"
                        .formatted(known, Figures.bytes(left), folder);
    }

    /** What is left on the disk; -1 if it is not known to be of this machine. */
    private long bytesLeft() {
        try {
            Path path = folder == null ? null : path(new URI(folder));
            return path == null || !Files.exists(path.resolve(job))
                    ? -1
                    : Files.getFileStore(path).getUsableSpace();
        } catch (IOException | URISyntaxException e) {
            return -1;
        }
    }

    private static Path path(URI uri) {
        boolean isLocal = uri.getScheme() == null || uri.getScheme().equals("file");
        return isLocal && uri.getPath() != null ? Path.of(uri.getPath()) : null;
    }
}
