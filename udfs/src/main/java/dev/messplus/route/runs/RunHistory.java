package dev.messplus.route.runs;

import dev.messplus.record.JobFeedback;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * The last starts of the job, by which measurements that a failure undid are recognised.
 *
 * <p>A measurement states which start of the job wrote it, and after which checkpoint. If the job
 * was restored from that checkpoint or an earlier one since, what the measurement is about was
 * rolled back: the request is answered again, and under {@code exactly_once} nobody saw the first
 * answer. Measurements are not rolled back, because they are not written in transactions: labels
 * would have to wait for the next checkpoint.
 *
 * <p>A start is kept in the state {@code starts} from its first checkpoint on. So a start that is
 * not known completed no checkpoint, and was undone by the next start, which was restored from the
 * same one; or it is older than all that are known, and its measurements are older than the
 * checkpoints that these were restored from.
 */
public final class RunHistory {

    private static final String STARTS = "starts";

    /**
     * How many starts are kept. Measurements that are older than that many starts, all of which
     * completed checkpoints, were read long ago.
     */
    private static final int MAX_STARTS = 16;

    private final List<JobRun> starts;

    private RunHistory(List<JobRun> starts) {
        this.starts = starts;
    }

    /**
     * The starts in the state of an operator, and this one, which the next checkpoint will hold as
     * well.
     *
     * @param task of the operator
     */
    public static RunHistory begin(StateInitializationContext context, Environment task)
            throws Exception {
        JobRun now = new JobRun(JobRun.idOf(task), context.getRestoredCheckpointId().orElse(0));
        // Every subtask keeps all of them, and after rescaling too.
        BroadcastState<Integer, JobRun> state =
                context.getOperatorStateStore()
                        .getBroadcastState(
                                new MapStateDescriptor<>(
                                        STARTS, Types.INT, TypeInformation.of(JobRun.class)));
        Map<Integer, JobRun> inOrder = new TreeMap<>();
        state.entries().forEach(entry -> inOrder.put(entry.getKey(), entry.getValue()));
        List<JobRun> all = new ArrayList<>(inOrder.values());
        all.add(now);
        List<JobRun> last = all.subList(Math.max(0, all.size() - MAX_STARTS), all.size());
        state.clear();
        for (int i = 0; i < last.size(); i++) {
            state.put(i, last.get(i));
        }
        return new RunHistory(List.copyOf(last));
    }

    /** Whether a failure undid what a record is about. */
    public boolean undid(JobFeedback feedback) {
        return feedback.run() != null && undid(feedback.run(), feedback.checkpoint());
    }

    /**
     * Whether a failure undid what a measurement is about.
     *
     * @param run start of the job that wrote it
     * @param checkpoint number of the last checkpoint before it, 0 before the first
     */
    private boolean undid(String run, long checkpoint) {
        for (int i = starts.size() - 1; i >= 0 && !starts.get(i).run().equals(run); i--) {
            if (starts.get(i).checkpoint() <= checkpoint) {
                return true;
            }
        }
        return false;
    }
}
