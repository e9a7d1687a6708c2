package dev.messplus.cli.failure;

import dev.messplus.testkit.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The folder of the checkpoints. It is a disk of its own, which can be filled, where this process
 * may mount one: on Linux, as root.
 */
final class CheckpointDisk implements AutoCloseable {

    /** Several times what the checkpoints of the suite take. */
    private static final String SIZE = "256m";

    private static final int BLOCK_BYTES = 64 * 1024;

    private final Path folder;
    private final boolean own;

    private CheckpointDisk(Path folder, boolean own) {
        this.folder = folder;
        this.own = own;
    }

    /** Creates the folder, on a disk of its own if possible. */
    static CheckpointDisk at(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean own =
                runs(List.of("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "tmpfs", "" + folder));
        if (!own) {
            System.out.println("No disk can be mounted here, so none is filled");
        }
        return new CheckpointDisk(folder, own);
    }

    /** Whether it can be filled. */
    boolean isOwn() {
        return own;
    }

    /** Where the checkpoints are. */
    Path folder() {
        return folder;
    }

    /** Fills it, or what has become free since: no space is left. */
    void fill() throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out =
                Files.newOutputStream(
                        filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** Has space again. */
    void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        if (own) {
            // Processes that end may still have files open.
            Patience.await().until(() -> runs(List.of("umount", "" + folder)));
        }
    }

    private static boolean runs(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
