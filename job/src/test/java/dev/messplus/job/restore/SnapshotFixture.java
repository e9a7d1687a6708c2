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
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.checkpoint.channel.InputChannelInfo;
import org.apache.flink.runtime.checkpoint.filemerging.LogicalFile.LogicalFileId;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CheckpointedStateScope;
import org.apache.flink.runtime.state.IncrementalKeyedStateHandle.HandleAndLocalPath;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.InputChannelStateHandle;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle.Mode;
import org.apache.flink.runtime.state.OperatorStateHandle.StateMetaInfo;
import org.apache.flink.runtime.state.OperatorStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle.ChangelogStateBackendHandleImpl;
import org.apache.flink.runtime.state.changelog.ChangelogStateHandleStreamImpl;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/** A checkpoint of one operator with state of each kind that Flink has, each in a file. */
public final class SnapshotFixture {

    /** The files of the state. */
    static final List<String> FILES =
            List.of(
                    "operator",
                    "merged",
                    "meta",
                    "shared",
                    "private",
                    "channel",
                    "materialized",
                    "changes");

    private static final int BYTES = 100;
    private static final KeyGroupRange KEY_GROUPS = KeyGroupRange.of(0, 3);

    private SnapshotFixture() {}

    /** Writes a checkpoint to a new folder, as of a time. */
    public static void write(Path folder, Instant when) throws IOException {
        write(folder, when, List.of(incremental(folder), changelog(folder)));
    }

    /** Writes a checkpoint with a subtask for each of the given states. */
    static void write(Path folder, Instant when, List<OperatorSubtaskState> subtasks)
            throws IOException {
        Files.createDirectories(folder);
        for (String file : FILES) {
            Files.write(folder.resolve(file), new byte[BYTES]);
        }
        OperatorState operator =
                new OperatorState("route", "route", new OperatorID(), subtasks.size(), 128);
        operator.setCoordinatorState(new ByteStreamStateHandle("coordinator", new byte[BYTES]));
        for (int i = 0; i < subtasks.size(); i++) {
            operator.putState(i, subtasks.get(i));
        }
        Path metadata = folder.resolve("_metadata");
        try (OutputStream out = Files.newOutputStream(metadata)) {
            Checkpoints.storeCheckpointMetadata(
                    new CheckpointMetadata(7, List.of(operator), List.of()), out);
        }
        Files.setLastModifiedTime(metadata, FileTime.from(when));
    }

    private static OperatorSubtaskState incremental(Path folder) {
        return OperatorSubtaskState.builder()
                .setManagedOperatorState(
                        new OperatorStreamStateHandle(
                                Map.of(
                                        "held",
                                        new StateMetaInfo(new long[] {0}, Mode.SPLIT_DISTRIBUTE)),
                                file(folder, "operator")))
                .setRawOperatorState(
                        new OperatorStreamStateHandle(
                                Map.of(), new ByteStreamStateHandle("small", new byte[BYTES])))
                .setManagedKeyedState(
                        new IncrementalRemoteKeyedStateHandle(
                                UUID.randomUUID(),
                                KEY_GROUPS,
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

    private static OperatorSubtaskState changelog(Path folder) {
        return OperatorSubtaskState.builder()
                .setManagedKeyedState(
                        new ChangelogStateBackendHandleImpl(
                                List.of(
                                        new KeyGroupsStateHandle(
                                                new KeyGroupRangeOffsets(KEY_GROUPS),
                                                file(folder, "materialized"))),
                                List.of(
                                        new ChangelogStateHandleStreamImpl(
                                                List.of(Tuple2.of(file(folder, "changes"), 0L)),
                                                KEY_GROUPS,
                                                BYTES,
                                                BYTES,
                                                "filesystem")),
                                KEY_GROUPS,
                                7,
                                1,
                                BYTES))
                .setRawKeyedState(
                        new KeyGroupsStateHandle(
                                new KeyGroupRangeOffsets(KEY_GROUPS),
                                segment(folder, BYTES / 2, BYTES - BYTES / 2)))
                .build();
    }

    /** A part of the file {@code merged}. */
    static StreamStateHandle segment(Path folder, long start, long bytes) {
        return new SegmentFileStateHandle(
                path(folder, "merged"),
                start,
                bytes,
                CheckpointedStateScope.SHARED,
                LogicalFileId.generateRandomId());
    }

    private static StreamStateHandle file(Path folder, String name) {
        return new FileStateHandle(path(folder, name), BYTES);
    }

    private static org.apache.flink.core.fs.Path path(Path folder, String name) {
        return new org.apache.flink.core.fs.Path(folder.resolve(name).toUri());
    }
}
