package dev.messplus.job.restore;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** Reads checkpoints and savepoints. */
public final class Snapshots {

    /** The name of the file with the metadata, in the folder of each. */
    static final String METADATA = "_metadata";

    private Snapshots() {}

    /**
     * Reads the metadata of a checkpoint or savepoint.
     *
     * @param path its folder, or its file {@code _metadata}, in any file system of Flink
     * @throws DamagedSnapshotException if what is there is no metadata
     * @throws IOException if there is none, or if it cannot be reached
     */
    public static CheckpointMetadata load(String path) throws IOException {
        CompletedCheckpointStorageLocation location =
                AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
        byte[] metadata;
        try (InputStream file = location.getMetadataHandle().openInputStream()) {
            metadata = file.readAllBytes();
        }
        return parse(metadata, location.getExternalPointer());
    }

    /**
     * Checks that a checkpoint or savepoint is complete: that its metadata can be read, and that
     * each file which it names is there in its full length.
     *
     * @param folder of the checkpoint or savepoint
     * @throws DamagedSnapshotException if it is not, with what is missing
     * @throws IOException if that cannot be found out
     */
    static void verify(Path folder) throws IOException {
        byte[] metadata;
        try {
            // Flink's own class reports a file that may not be read as one that is not there.
            metadata = Files.readAllBytes(folder.resolve(METADATA));
        } catch (NoSuchFileException e) {
            throw new DamagedSnapshotException("its metadata is missing", e);
        }
        StateFiles.verify(parse(metadata, folder.toUri().toString()));
    }

    /** From memory, so that whatever goes wrong is due to the bytes. */
    private static CheckpointMetadata parse(byte[] metadata, String pointer)
            throws DamagedSnapshotException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(metadata))) {
            return Checkpoints.loadCheckpointMetadata(
                    in, Snapshots.class.getClassLoader(), pointer);
        } catch (EOFException e) {
            throw new DamagedSnapshotException("its metadata is cut off", e);
        } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // What the serializer throws depends on where it meets the damage. It believes a
            // damaged length, and asks for as much memory.
            throw new DamagedSnapshotException("its metadata is damaged: " + e, e);
        }
    }
}
