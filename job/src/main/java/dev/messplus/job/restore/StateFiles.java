package dev.messplus.job.restore;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.AbstractChannelStateHandle;
import org.apache.flink.runtime.state.AbstractMergedChannelStateHandle;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.StateObject;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateHandleStreamImpl;
import org.apache.flink.runtime.state.changelog.inmemory.InMemoryChangelogStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptySegmentFileStateHandle;
import org.apache.flink.runtime.state.filemerging.SegmentFileStateHandle;
import org.apache.flink.runtime.state.filesystem.FileStateHandle;
import org.apache.flink.runtime.state.memory.ByteStreamStateHandle;

/** The files that a checkpoint or savepoint consists of, beside its metadata. */
final class StateFiles {

    /** How many bytes of each file there must be at least. */
    private final Map<Path, Long> bytes = new HashMap<>();

    private StateFiles() {}

    /**
     * Checks that each file is there in its full length.
     *
     * @throws DamagedSnapshotException with the first one that is not
     * @throws IOException if that cannot be found out: a file cannot be reached, or there is state
     *     of a kind of which this class does not know the files
     */
    static void verify(CheckpointMetadata metadata) throws IOException {
        StateFiles files = new StateFiles();
        for (OperatorState operator : metadata.getOperatorStates()) {
            if (operator.getCoordinatorState() != null) {
                files.add(operator.getCoordinatorState());
            }
            for (OperatorSubtaskState subtask : operator.getStates()) {
                files.addAll(subtask.getManagedOperatorState());
                files.addAll(subtask.getRawOperatorState());
                files.addAll(subtask.getManagedKeyedState());
                files.addAll(subtask.getRawKeyedState());
                files.addAll(subtask.getInputChannelState());
                files.addAll(subtask.getResultSubpartitionState());
            }
        }
        files.verify();
    }

    private void addAll(Iterable<? extends StateObject> states) throws IOException {
        for (StateObject state : states) {
            add(state);
        }
    }

    private void add(StateObject state) throws IOException {
        if (state == null) {
            throw new DamagedSnapshotException("its metadata is damaged: a part of it is empty");
        } else if (state instanceof FileStateHandle file) {
            add(file.getFilePath(), file.getStateSize());
        } else if (state instanceof SegmentFileStateHandle segment) {
            addSegment(segment);
        } else if (state instanceof OperatorStateHandle operator) {
            add(operator.getDelegateStateHandle());
        } else if (state instanceof KeyGroupsStateHandle keyGroups) {
            add(keyGroups.getDelegateStateHandle());
        } else if (state instanceof IncrementalRemoteKeyedStateHandle incremental) {
            addAll(incremental.streamSubHandles().toList());
        } else if (state instanceof ChangelogStateBackendHandle changelog) {
            addAll(changelog.getMaterializedStateHandles());
            addAll(changelog.getNonMaterializedStateHandles());
        } else if (state instanceof ChangelogStateHandleStreamImpl changes) {
            for (Tuple2<StreamStateHandle, Long> part : changes.getHandlesAndOffsets()) {
                add(part.f0);
            }
        } else if (state instanceof AbstractChannelStateHandle<?> channel) {
            add(channel.getDelegate());
        } else if (state instanceof AbstractMergedChannelStateHandle<?, ?> channels) {
            add(channels.getDelegate());
        } else if (!isInMetadata(state)) {
            throw new IOException(
                    "it has state of the kind %s, of which this release cannot tell the files"
                            .formatted(state.getClass().getName()));
        }
    }

    private static boolean isInMetadata(StateObject state) {
        return state instanceof ByteStreamStateHandle
                || state instanceof InMemoryChangelogStateHandle;
    }

    /** Of a file that several subtasks or checkpoints share. */
    private void addSegment(SegmentFileStateHandle segment) throws DamagedSnapshotException {
        if (segment instanceof EmptySegmentFileStateHandle) {
            return;
        }
        long start = segment.getStartPos();
        long end = start + segment.getStateSize();
        if (start < 0 || end < start) {
            throw new DamagedSnapshotException(
                    "its metadata is damaged: a part of %s is from %d to %d"
                            .formatted(segment.getFilePath(), start, end));
        }
        add(segment.getFilePath(), end);
    }

    private void add(Path file, long end) {
        bytes.merge(file, end, Math::max);
    }

    private void verify() throws IOException {
        for (Map.Entry<Path, Long> file : bytes.entrySet()) {
            long there = length(file.getKey());
            if (there < file.getValue()) {
                throw new DamagedSnapshotException(
                        "%s has %d of its %d bytes"
                                .formatted(file.getKey(), there, file.getValue()));
            }
        }
    }

    private static long length(Path file) throws IOException {
        try {
            FileSystem files = file.getFileSystem();
            // Flink's own class reports a local file that may not be seen as one that is not there.
            return files.isDistributedFS()
                    ? files.getFileStatus(file).getLen()
                    : Files.size(new File(file.getPath()).toPath());
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw new DamagedSnapshotException(file + " is missing", e);
        } catch (InvalidPathException e) {
            throw new DamagedSnapshotException(
                    "its metadata is damaged: it names a file " + file, e);
        }
    }
}
