package dev.messplus.routing;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.RoutedRequest;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Runs {@link RouteFunction} and says when a bounded run has nothing more to learn: a function
 * cannot tell that one of its inputs has ended, an operator can.
 */
public final class RouteOperator
        extends KeyedCoProcessOperator<String, EmbeddedRequest, Feedback, RoutedRequest>
        implements BoundedMultiInput {

    /** Where every subtask says that it is done. */
    public static final OutputTag<Drained> DRAINED =
            new OutputTag<>("drained", TypeInformation.of(Drained.class));

    private static final int REQUESTS = 1;

    private final RouteFunction function;

    private transient boolean requestsEnded;
    private transient boolean drained;

    /** An operator around {@code function}. */
    public RouteOperator(RouteFunction function) {
        super(function);
        this.function = function;
    }

    @Override
    public void open() throws Exception {
        super.open();
        function.whenIdle(this::reportIfDrained);
        for (String sla : knownSlas()) {
            setCurrentKey(sla);
            function.resume(sla);
        }
    }

    @Override
    public void endInput(int input) {
        if (input == REQUESTS) {
            requestsEnded = true;
            reportIfDrained();
        }
    }

    private void reportIfDrained() {
        if (requestsEnded && !drained && nothingPending()) {
            drained = true;
            var task = getRuntimeContext().getTaskInfo();
            output.collect(
                    DRAINED,
                    new StreamRecord<>(
                            new Drained(
                                    task.getIndexOfThisSubtask(),
                                    task.getNumberOfParallelSubtasks())));
        }
    }

    private boolean nothingPending() {
        Object key = getCurrentKey();
        try {
            return knownSlas().stream().allMatch(this::nothingPending);
        } finally {
            if (key != null) {
                setCurrentKey(key);
            }
        }
    }

    /** SLAs of this subtask that have a history. */
    private List<String> knownSlas() {
        try (Stream<String> slas =
                this.<String>getKeyedStateBackend()
                        .getKeys(RoutingState.EXPIRY, VoidNamespace.INSTANCE)) {
            return slas.toList();
        }
    }

    private boolean nothingPending(String sla) {
        setCurrentKey(sla);
        try {
            return function.pendingRequests() == 0;
        } catch (Exception e) {
            throw new IllegalStateException("state of SLA '" + sla + "' cannot be read", e);
        }
    }
}
