package dev.messplus.route.runs;

import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.InferenceOutcome;
import dev.messplus.record.Measurement;
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
 * <p>It must see the barriers of checkpoints where the sink of the responses does, and so must be
 * in one chain with it. The state {@code checkpoint} holds the number of the checkpoint that it is
 * in. It is never read: it is there because Flink hands the restored checkpoint only to tasks with
 * state.
 */
public final class MeasurementOperator extends AbstractStreamOperator<FeedbackRecord>
        implements OneInputStreamOperator<InferenceOutcome, FeedbackRecord> {

    private static final String CHECKPOINT = "checkpoint";

    private transient BroadcastState<String, Long> state;
    private transient String run;
    private transient long checkpoint;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        run = JobRun.idOf(getContainingTask().getEnvironment());
        // Every subtask has it after rescaling, too.
        state =
                context.getOperatorStateStore()
                        .getBroadcastState(
                                new MapStateDescriptor<>(CHECKPOINT, Types.STRING, Types.LONG));
        checkpoint = context.getRestoredCheckpointId().orElse(0);
    }

    @Override
    public void processElement(StreamRecord<InferenceOutcome> element) {
        InferenceOutcome outcome = element.getValue();
        for (Measurement measurement : outcome.measurements()) {
            collect(FeedbackRecord.of(measurement.written(run, checkpoint)));
        }
        if (outcome.correction() != null) {
            // A failure undoes it together with the measurement that it corrects.
            collect(FeedbackRecord.of(outcome.correction().written(run)));
        }
    }

    private void collect(FeedbackRecord record) {
        output.collect(new StreamRecord<>(record));
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        checkpoint = context.getCheckpointId();
        state.put(CHECKPOINT, checkpoint);
        super.snapshotState(context);
    }
}
