package dev.messplus.job.pipeline;

import dev.messplus.routing.Drained;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Emits the number of every partition of the feedback topic once all subtasks of the routing are
 * drained. Keeps no state: after a failure they all report again.
 */
final class EndOfRunFunction extends ProcessFunction<Drained, Integer> {

    private final int partitions;

    private transient Set<Integer> drained;

    EndOfRunFunction(int partitions) {
        this.partitions = partitions;
    }

    @Override
    public void open(OpenContext context) {
        drained = new HashSet<>();
    }

    @Override
    public void processElement(Drained subtask, Context context, Collector<Integer> out) {
        drained.add(subtask.subtask());
        if (drained.size() == subtask.subtasks()) {
            for (int partition = 0; partition < partitions; partition++) {
                out.collect(partition);
            }
        }
    }
}
