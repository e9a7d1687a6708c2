package dev.messplus.job.restore;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
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
import org.apache.flink.runtime.state.filesystem.FileStateHandle;

/** The files that a checkpoint or savepoint consists of, beside its metadata. */
final class StateFiles {

    private final Map<Path, Long> bytes = new HashMap<>();

    StateFiles(CheckpointMetadata metadata) {
        metadata.getOperatorStates().stream()
                .map(OperatorState::getStates)
                .flatMap(subtasks -> subtasks.stream().flatMap(StateFiles::parts))
                .forEach(this::add);
    }

    /**
     * Checks that each file is there in its full length.
     *
     * @throws IOException with the first one that is not
     */
    void verify() throws IOException {
        for (Map.Entry<Path, Long> file : bytes.entrySet()) {
            Path path = file.getKey();
            long there = path.getFileSystem().getFileStatus(path).getLen();
            if (there < file.getValue()) {
                throw new IOException(
                        "%s has %d of its %d bytes".formatted(path, there, file.getValue()));
            }
        }
    }

    private static Stream<StateObject> parts(OperatorSubtaskState subtask) {
        return Stream.of(
                        subtask.getManagedOperatorState(),
                        subtask.getRawOperatorState(),
                        subtask.getManagedKeyedState(),
                        subtask.getRawKeyedState(),
                        subtask.getInputChannelState(),
                        subtask.getResultSubpartitionState())
                .flatMap(part -> part.stream());
    }

    private void add(StateObject state) {
        if (state instanceof FileStateHandle file) {
            bytes.merge(file.getFilePath(), file.getStateSize(), Math::max);
        } else if (state instanceof OperatorStateHandle operator) {
            add(operator.getDelegateStateHandle());
        } else if (state instanceof KeyGroupsStateHandle keyGroups) {
            add(keyGroups.getDelegateStateHandle());
        } else if (state instanceof IncrementalRemoteKeyedStateHandle incremental) {
            incremental.streamSubHandles().forEach(this::add);
        } else if (state instanceof AbstractChannelStateHandle<?> channel) {
            add(channel.getDelegate());
        } else if (state instanceof AbstractMergedChannelStateHandle<?, ?> channels) {
            add(channels.getDelegate());
        }
        // All others are in the metadata itself.
    }
}
