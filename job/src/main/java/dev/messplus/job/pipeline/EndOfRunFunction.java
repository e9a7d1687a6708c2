package dev.messplus.job.pipeline;

import dev.messplus.route.Drained;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Emits the number of every partition of the measurements topic once all subtasks of the routing
 * have reported that they are drained.
 *
 * <p>It keeps no state: after a failure all subtasks report again. All of them must report to one
 * subtask of it.
 */
final class EndOfRunFunction extends ProcessFunction<Drained, Integer> {

    private final int partitions;

    private transient Set<Integer> drainedSubtasks;

    EndOfRunFunction(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public void open(OpenContext context) {
        drainedSubtasks = new HashSet<>();
    }

    @Override
    public void processElement(Drained drained, Context context, Collector<Integer> out) {
        drainedSubtasks.add(drained.subtask());
        if (drainedSubtasks.size() == drained.subtasks()) {
            for (int partition = 0; partition < partitions; partition++) {
                out.collect(partition);
            }
        }
    }
}
