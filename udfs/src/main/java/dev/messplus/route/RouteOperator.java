package dev.messplus.route;

import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.runs.RunHistory;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Runs {@link RouteFunction}, and does what only an operator can: it emits when a bounded run has
 * nothing more to learn, because Flink notifies it that an input has ended; before a checkpoint it
 * has the function write what it keeps on the heap, under each key in turn; and it knows which
 * checkpoint the job was restored from.
 */
public final class RouteOperator
        extends KeyedCoProcessOperator<String, EmbeddedRequest, FeedbackBundle, RoutedRequest>
        implements BoundedMultiInput {

    /** The side output on which every subtask reports that it is drained. */
    public static final OutputTag<Drained> DRAINED =
            new OutputTag<>("drained", TypeInformation.of(Drained.class));

    private static final int REQUESTS = 1;

    private final RouteFunction function;
    private final long heapBytes;

    private transient RunHistory starts;
    private transient boolean requestsEnded;
    private transient boolean drained;

    /** An operator around {@code function}. */
    public RouteOperator(RouteFunction function) {
        this(function, 0);
    }

    /**
     * An operator around {@code function}.
     *
     * @param heapBytes most bytes of SLAs on the heap; 0 for a part of what the slot has
     */
    public RouteOperator(RouteFunction function, long heapBytes) {
        super(function);
        this.function = function;
        this.heapBytes = heapBytes;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        starts = RunHistory.begin(context, getContainingTask().getEnvironment());
    }

    @Override
    public void open() throws Exception {
        super.open();
        function.begin(starts, nowMillis(), new KeyedHeap(heapBytes(), this::setCurrentKey));
        function.whenIdle(this::reportIfDrained);
        keysOf(EarlyLabels.EARLY).forEach(function::resumeEarly);
        for (String key : keysOf(PendingRequests.EXPIRY)) {
            setCurrentKey(key);
            function.resume(key, nowMillis());
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        flush();
        super.snapshotState(context);
    }

    /** Writes everything that the function knows to state. */
    void flush() throws Exception {
        Object key = getCurrentKey();
        function.flush(nowMillis());
        if (key != null) {
            setCurrentKey(key);
        }
    }

    /** Number of keys on the heap. */
    int onHeap() {
        return function.onHeap();
    }

    /** Number of requests that wait for labels on the heap. */
    int requestsOnHeap() {
        return function.requestsOnHeap();
    }

    private long nowMillis() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void endInput(int input) {
        if (input == REQUESTS) {
            requestsEnded = true;
            reportIfDrained();
        }
    }

    private void reportIfDrained() {
        if (requestsEnded && !drained && function.isIdle()) {
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

    private long heapBytes() {
        return heapBytes > 0
                ? heapBytes
                : KeyedHeap.share(getContainingTask().getEnvironment().getTaskManagerInfo());
    }

    /** Keys of this subtask that have a state. */
    private Set<String> keysOf(String name) {
        try (Stream<String> keys =
                this.<String>getKeyedStateBackend().getKeys(name, VoidNamespace.INSTANCE)) {
            return keys.collect(Collectors.toSet());
        }
    }
}
