package dev.messplus.job.restore;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.KeyGroupRangeOffsets;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.PhysicalStateHandleID;
import org.apache.flink.runtime.state.PlaceholderStreamStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.filemerging.EmptySegmentFileStateHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFilesTest {

    @TempDir private Path folder;

    @Test
    void aSharedFileMustReachToTheEndOfItsLastPart() throws Exception {
        Files.write(folder.resolve("merged"), new byte[100]);

        assertThatCode(() -> verify(SnapshotFixture.segment(folder, 60, 40)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> verify(SnapshotFixture.segment(folder, 61, 40)))
                .isInstanceOf(DamagedSnapshotException.class)
                .hasMessageContaining("merged has 100 of its 101 bytes");
    }

    @Test
    void aPartMustBeAPart() {
        for (StreamStateHandle part :
                List.of(
                        SnapshotFixture.segment(folder, -1, 2),
                        SnapshotFixture.segment(folder, 1, -2),
                        SnapshotFixture.segment(folder, Long.MAX_VALUE, 1))) {
            assertThatThrownBy(() -> verify(part))
                    .isInstanceOf(DamagedSnapshotException.class)
                    .hasMessageContaining("a part of file:" + folder);
        }
    }

    @Test
    void anEmptyPartHasNoFile() {
        assertThatCode(() -> verify(EmptySegmentFileStateHandle.INSTANCE))
                .doesNotThrowAnyException();
    }

    @Test
    void stateOfAnUnknownKindIsNotTakenAsWhole() {
        PlaceholderStreamStateHandle unknown =
                new PlaceholderStreamStateHandle(new PhysicalStateHandleID("x"), 1, false);

        assertThatThrownBy(() -> verify(unknown))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(DamagedSnapshotException.class)
                .hasMessageContaining(PlaceholderStreamStateHandle.class.getName());
    }

    private static void verify(StreamStateHandle state) throws IOException {
        OperatorState operator = new OperatorState("route", "route", new OperatorID(), 1, 128);
        operator.putState(
                0,
                OperatorSubtaskState.builder()
                        .setRawKeyedState(
                                new KeyGroupsStateHandle(new KeyGroupRangeOffsets(0, 127), state))
                        .build());
        StateFiles.verify(new CheckpointMetadata(7, List.of(operator), List.of()));
    }
}
