package dev.messplus.job.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.channel.InputChannelInfo;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.InputChannelStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.OperatorStateHandle.Mode;
import org.apache.flink.runtime.state.OperatorStateHandle.StateMetaInfo;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/** A checkpoint of one operator with state of each kind that the job has, each in a file. */
public final class SnapshotFixture {

    /** The files of the state. */
    static final List<String> FILES = List.of("operator", "meta", "shared", "private", "channel");

    private static final int BYTES = 100;

    private SnapshotFixture() {}

    /** Writes a checkpoint to a new folder, as of a time. */
    public static void write(Path folder, Instant when) throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            Files.write(folder.resolve(file), new byte[BYTES]);
        }
        OperatorState operator = new OperatorState("route", "route", new OperatorID(), 1, 128);
        operator.putState(0, subtask(folder));
        Path metadata = folder.resolve("_metadata");
        try (OutputStream out = Files.newOutputStream(metadata)) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(7, List.of(operator), List.of()), out);
        }
        Files.setLastModifiedTime(metadata, FileTime.from(when));
    }

    private static OperatorSubtaskState subtask(Path folder) {
        return OperatorSubtaskState.builder()
                .setManagedOperatorState(
                        new OperatorStreamStateHandle(
                                Map.of(
                                        "held",
                                        new StateMetaInfo(new long[] {0}, Mode.SPLIT_DISTRIBUTE)),
                                file(folder, "operator")))
                .setManagedKeyedState(
                        new IncrementalRemoteKeyedStateHandle(
                                UUID.randomUUID(),
                                KeyGroupRange.of(0, 127),
                                7,
                                List.of(HandleAndLocalPath.of(file(folder, "shared"), "1.sst")),
                                List.of(HandleAndLocalPath.of(file(folder, "private"), "MANIFEST")),
                                file(folder, "meta")))
                .setInputChannelState(
                        StateObjectCollection.singleton(
                                new InputChannelStateHandle(
                                        new InputChannelInfo(0, 0),
                                        file(folder, "channel"),
                                        List.of(0L))))
                .build();
    }

    private static StreamStateHandle file(Path folder, String name) {
        return new FileStateHandle(
                new org.apache.flink.core.fs.Path(folder.resolve(name).toUri()), BYTES);
    }
}
