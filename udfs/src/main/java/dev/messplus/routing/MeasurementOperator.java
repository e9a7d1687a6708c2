package dev.messplus.routing;

import dev.messplus.record.Feedback;
import dev.messplus.record.FeedbackBuilder;
import dev.messplus.record.InferenceOutcome;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Takes the measurements out of outcomes, and stamps them with the start of the job and the last
 * checkpoint before them. A response that is written between two checkpoints becomes visible with
 * the second, and the stamp of its measurements is the first: {@code route} so knows which ones a
 * failure undid.
 *
 * <p>The state {@code checkpoint} holds the number of the checkpoint that it is in. Flink tells it
 * only to tasks that have state.
 */
public final class MeasurementOperator extends AbstractStreamOperator<Feedback>
        implements OneInputStreamOperator<InferenceOutcome, Feedback> {

    private static final String CHECKPOINT = "checkpoint";

    private final boolean adaptiveScheduler;

    private transient BroadcastState<String, Long> state;
    private transient String run;
    private transient long checkpoint;

    /**
     * An operator that must see the barriers of checkpoints where the sink of the responses does.
     *
     * @param adaptiveScheduler whether Flink's adaptive scheduler runs the job
     */
    public MeasurementOperator(boolean adaptiveScheduler) {
        this.adaptiveScheduler = adaptiveScheduler;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        run = JobRuns.of(getContainingTask().getEnvironment(), adaptiveScheduler);
        // Every subtask has it after rescaling, too.
        state =
                context.getOperatorStateStore()
                        .getBroadcastState(
                                new MapStateDescriptor<>(CHECKPOINT, Types.STRING, Types.LONG));
        Long restored = state.get(CHECKPOINT);
        checkpoint = restored == null ? 0 : restored;
    }

    @Override
    public void processElement(StreamRecord<InferenceOutcome> element) {
        for (Feedback measured : element.getValue().feedback()) {
            output.collect(
                    new StreamRecord<>(
                            FeedbackBuilder.builder(measured)
                                    .run(run)
                                    .checkpoint(checkpoint)
                                    .build()));
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        checkpoint = context.getCheckpointId();
        state.put(CHECKPOINT, checkpoint);
        super.snapshotState(context);
    }
}
