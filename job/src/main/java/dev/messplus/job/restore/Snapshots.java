package dev.messplus.job.restore;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;

/** Reads checkpoints and savepoints. */
public final class Snapshots {

    private Snapshots() {}

    /**
     * Reads the metadata of a checkpoint or savepoint.
     *
     * @param path its folder, or its file {@code _metadata}, in any file system of Flink
     * @throws IOException if there is none, or if it is damaged
     */
    public static CheckpointMetadata load(String path) throws IOException {
        CompletedCheckpointStorageLocation location =
                AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
        try (DataInputStream metadata =
                new DataInputStream(location.getMetadataHandle().openInputStream())) {
            return Checkpoints.loadCheckpointMetadata(
                    metadata, Snapshots.class.getClassLoader(), location.getExternalPointer());
        }
    }

    /**
     * Checks that a checkpoint or savepoint is complete: that its metadata can be read, and that
     * each file which it names is there in its full length.
     *
     * @param path its folder
     * @throws IOException with what is missing
     */
    static void verify(String path) throws IOException {
        CheckpointMetadata metadata;
        try {
            metadata = load(path);
        } catch (EOFException e) {
            throw new IOException("its metadata is cut off", e);
        } catch (RuntimeException e) {
            // What the serializer throws depends on where it meets the damage.
            throw new IOException("its metadata is damaged: " + e, e);
        }
        new StateFiles(metadata).verify();
    }
}
