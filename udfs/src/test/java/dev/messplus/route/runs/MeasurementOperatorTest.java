package dev.messplus.route.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.fixture.FeedbackFixtures;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.JobManagerOptions.SchedulerType;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.operators.testutils.MockEnvironment;
import org.apache.flink.runtime.operators.testutils.MockEnvironmentBuilder;
import org.apache.flink.runtime.util.TestingTaskManagerRuntimeInfo;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What measurements say of the attempt that they come from. */
class MeasurementOperatorTest {

    private static final Measurement SMALL = FeedbackFixtures.failed("gold", "a", "small", false);
    private static final Measurement LARGE = FeedbackFixtures.served("gold", "a", "large", 90);

    @Test
    void measurementsOfAnOutcomeKeepTheirOrder() throws Exception {
        try (MockEnvironment task = new MockEnvironmentBuilder().build();
                var harness = harness(task)) {
            harness.open();
            List<FeedbackRecord> measured = measure(harness);
            String run = JobRun.idOf(task);
            assertThat(measured)
                    .containsExactly(
                            FeedbackRecord.of(SMALL.written(run, 0)),
                            FeedbackRecord.of(LARGE.written(run, 0)));
        }
    }

    @Test
    void checkpointIsTheOneWhoseBarrierPassedLast() throws Exception {
        OperatorSubtaskState snapshot;
        try (MockEnvironment task = new MockEnvironmentBuilder().build();
                var harness = harness(task)) {
            harness.open();
            snapshot = harness.snapshot(7, 0);
            assertThat(measure(harness))
                    .extracting(record -> record.job().checkpoint())
                    .containsOnly(7L);
            harness.snapshot(9, 0);
            assertThat(measure(harness))
                    .extracting(record -> record.job().checkpoint())
                    .containsOnly(9L);
        }
        try (MockEnvironment task = new MockEnvironmentBuilder().build();
                var harness = harness(task)) {
            harness.setRestoredCheckpointId(9);
            harness.initializeState(snapshot);
            harness.open();
            assertThat(measure(harness))
                    .extracting(record -> record.job().checkpoint())
                    .containsOnly(9L);
        }
    }

    @Test
    void allTasksOfAStartHaveOneNameAndNoOtherStartHasIt() throws Exception {
        try (MockEnvironment task = new MockEnvironmentBuilder().build();
                MockEnvironment other = new MockEnvironmentBuilder().build()) {
            assertThat(JobRun.idOf(task)).isNotEqualTo(JobRun.idOf(other));
            // Without the vertex and the subtask.
            String id = task.getExecutionId().toString();
            assertThat(JobRun.idOf(task)).isEqualTo(id.substring(0, 32) + "-0");
        }
    }

    @Test
    void startUnderTheAdaptiveSchedulerIsAGraphWhateverTheAttempt() throws Exception {
        Configuration cluster = new Configuration();
        cluster.set(JobManagerOptions.SCHEDULER, SchedulerType.Adaptive);
        try (MockEnvironment task =
                new MockEnvironmentBuilder()
                        .setTaskManagerRuntimeInfo(new TestingTaskManagerRuntimeInfo(cluster))
                        .build()) {
            String id = task.getExecutionId().toString();
            assertThat(JobRun.idOf(task)).isEqualTo(id.substring(0, 32)).doesNotContain("_");
        }
    }

    private static OneInputStreamOperatorTestHarness<InferenceOutcome, FeedbackRecord> harness(
            MockEnvironment task) throws Exception {
        return new OneInputStreamOperatorTestHarness<>(new MeasurementOperator(), task);
    }

    private static List<FeedbackRecord> measure(
            OneInputStreamOperatorTestHarness<InferenceOutcome, FeedbackRecord> harness)
            throws Exception {
        harness.processElement(
                new StreamRecord<>(InferenceOutcome.of(null, List.of(SMALL, LARGE))));
        List<FeedbackRecord> measured = new ArrayList<>(harness.extractOutputValues());
        harness.getOutput().clear();
        return measured;
    }
}
