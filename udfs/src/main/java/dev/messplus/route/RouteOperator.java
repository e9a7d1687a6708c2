package dev.messplus.route;

import dev.messplus.core.Decision;
import dev.messplus.core.Prompt;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.credit.CreditReports;
import dev.messplus.record.ChatTurn;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.RoutingState.Routing;
import dev.messplus.route.config.RoutingConfig;
import dev.messplus.route.runs.RunHistory;
import dev.messplus.trace.RequestSpan;
import dev.messplus.trace.Tracing;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.taskmanager.TaskManagerRuntimeInfo;
import org.apache.flink.streaming.api.SimpleTimerService;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedMultiInput;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Decides every request and learns from feedback, per SLA or shard of one.
 *
 * <p>A request waits for its labels for the feedback timeout. The time is the event time of the
 * feedback stream: a label that was written in time is in time, even when the job was down or
 * behind and reads it late. The request input must therefore not hold the watermark back.
 *
 * <p>It is an operator and not a function, because it emits when a bounded run has nothing more to
 * learn, writes what it keeps on the heap before a checkpoint, under each key in turn, and needs to
 * know which checkpoint the job was restored from.
 */
public final class RouteOperator extends AbstractStreamOperator<RoutedRequest>
        implements TwoInputStreamOperator<EmbeddedRequest, FeedbackBundle, RoutedRequest>,
                Triggerable<String, VoidNamespace>,
                BoundedMultiInput {

    /** The side output on which every subtask reports that it is drained. */
    public static final OutputTag<Drained> DRAINED =
            new OutputTag<>("drained", TypeInformation.of(Drained.class));

    /** Name of the state of the timers, as Flink's own keyed operators have it. */
    private static final String TIMERS = "user-timers";

    private static final int REQUESTS = 1;

    /**
     * Part of a slot's share of the heap that SLAs may have. Requests in flight may hold as much.
     * The rest is for what is read and written, and for garbage between two collections.
     */
    private static final int HEAP_FRACTION = 4;

    private final RoutingConfig config;
    private final List<String> zoo;
    private final long heapBytes;

    private transient RunHistory starts;
    private transient RoutingState state;
    private transient PendingRequests pending;
    private transient EarlyLabels early;
    private transient RepeatFilter repeats;

    private transient ConversationModels conversations;
    private transient FeedbackIntake intake;
    private transient RoutingCounters counters;
    private transient TimerService timers;
    private transient Tracing tracing;
    private transient CreditReports credits;
    private transient long nextDecision;
    private transient boolean requestsEnded;
    private transient boolean drained;

    /** An operator for the given zoo and SLAs. */
    public RouteOperator(RoutingConfig config) {
        this(config, 0);
    }

    /**
     * An operator for the given zoo and SLAs.
     *
     * @param heapBytes most bytes of SLAs on the heap; 0 for a part of what the slot has
     */
    public RouteOperator(RoutingConfig config, long heapBytes) {
        this.config = config;
        this.zoo = config.modelIds();
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
        nextDecision = new SplittableRandom().nextLong();
        tracing = Tracing.open(config.job().tracing());
        credits =
                CreditReports.to(
                        config.job().creditedSource(),
                        getContainingTask(),
                        getProcessingTimeService());
        timers =
                new SimpleTimerService(
                        getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this));
        MetricGroup group = getMetricGroup();
        counters = new RoutingCounters(group);
        pending = new PendingRequests(getRuntimeContext(), config.feedbackTimeoutMillis(), timers);
        early =
                new EarlyLabels(
                        getRuntimeContext(), config.job().checkpointIntervalMillis(), timers);
        repeats = new RepeatFilter(getRuntimeContext(), config.longestRepeatWindowMillis());
        conversations = new ConversationModels();
        state =
                new RoutingState(
                        getRuntimeContext(),
                        config,
                        pending,
                        new RoutingMetrics(group, zoo, config.job().metricsPerSla()),
                        heapBytes(),
                        this::setCurrentKey);
        intake = new FeedbackIntake(zoo, pending, early, starts, counters);
        resume();
    }

    private long heapBytes() {
        if (heapBytes > 0) {
            return heapBytes;
        }
        TaskManagerRuntimeInfo taskManager =
                getContainingTask().getEnvironment().getTaskManagerInfo();
        int slots = taskManager.getConfiguration().get(TaskManagerOptions.NUM_TASK_SLOTS);
        return Runtime.getRuntime().maxMemory() / HEAP_FRACTION / slots;
    }

    /**
     * Takes up what is known after a restore. It is loaded, so that its gauges exist before the
     * next record of its key. What left the configuration is dropped; its timer then has no effect.
     */
    private void resume() throws Exception {
        for (String key : keysOf(EarlyLabels.EARLY)) {
            setCurrentKey(key);
            early.resume(key);
        }
        for (String key : keysOf(PendingRequests.EXPIRY)) {
            setCurrentKey(key);
            if (!state.isConfigured(key)) {
                state.clear();
                pending.clear();
                early.clear(key);
                repeats.clear();
                continue;
            }
            pending.resume();
            state.resume(key);
            if (config.job().metricsPerSla()) {
                state.routing(key, nowMillis());
            }
        }
    }

    /** Keys of this subtask that have a state. */
    private List<String> keysOf(String name) {
        try (Stream<String> keys =
                this.<String>getKeyedStateBackend().getKeys(name, VoidNamespace.INSTANCE)) {
            return keys.distinct().toList();
        }
    }

    // Flink calls it even if open() did not run.
    @Override
    public void close() throws Exception {
        if (tracing != null) {
            tracing.close();
        }
        super.close();
    }

    @Override
    public void processElement1(StreamRecord<EmbeddedRequest> element) throws Exception {
        EmbeddedRequest embedded = element.getValue();
        RequestSpan span = DecisionSpans.begin(tracing, embedded.request());
        String id = embedded.request().id();
        String key = key();
        long nowMillis = nowMillis();
        Routing routing = state.routing(key, nowMillis);
        if (repeats.isRepeated(id, nowMillis, repeatWindowMillis(routing))) {
            counters.repeatedRequest();
            DecisionSpans.repeated(span);
            credits.dropped();
            return;
        }
        ChatTurn turn = conversations.followed(embedded.request().turn());
        PromptRequest asked = embedded.request().with(turn);
        Prompt prompt = embedded.prompt().with(asked.prefix());
        Decision decision = routing.algorithm().decide(id, prompt, nowMillis);
        conversations.decided(turn, zoo.get(decision.ranking[0]));
        // Unique, even across restarts: a request may be decided again after a failure.
        long number = nextDecision++;
        DecisionSpans.decided(span, decision, routing.algorithm(), zoo);
        String receipt = config.job().receipts() ? receipt(routing, decision) : null;
        if (pending.contains(id, routing.waiting())) {
            // A repeat of a request in flight is answered too, but it is the same request.
            counters.repeatedRequest();
        } else if (state.isConfigured(key)) {
            PendingRequest admitted =
                    routing.algorithm()
                            .admit(decision, embedded.prompt(), labelTimeMillis(nowMillis));
            admitted.decision = number;
            pending.add(id, admitted, routing.waiting());
            routing.markChanged();
        }
        PromptRequest request = span.within(asked);
        output.collect(element.replace(RoutedRequests.of(request, decision, number, zoo, receipt)));
        intake.takeEarly(embedded, routing, nowMillis);
    }

    /**
     * The time now, by which a request waits for labels: that of the labels, if the clock is behind
     * it. Otherwise, a request that is decided where the clock is slow would expire early.
     */
    private long labelTimeMillis(long nowMillis) {
        long watermark = timers.currentWatermark();
        return watermark == Long.MAX_VALUE ? nowMillis : Math.max(nowMillis, watermark);
    }

    private String receipt(Routing routing, Decision decision) {
        return Json.text(ReceiptWriter.of(decision, routing.algorithm().explain(decision), zoo));
    }

    private long repeatWindowMillis(Routing routing) {
        return config.slaOrNoPromise(routing.shard().sla()).repeatWindowMillis();
    }

    @Override
    public void processElement2(StreamRecord<FeedbackBundle> element) throws Exception {
        FeedbackBundle bundle = element.getValue();
        String key = key();
        if (!state.isConfigured(key)) {
            counters.unmatchedFeedback(bundle.feedback().size());
            return;
        }
        long nowMillis = nowMillis();
        intake.take(bundle, state.routing(key, nowMillis), nowMillis);
        reportIfDrained();
    }

    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        onTimer(true);
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        onTimer(false);
    }

    private void onTimer(boolean inEventTime) throws Exception {
        String key = key();
        if (!state.isConfigured(key)) {
            early.clear(key);
            return;
        }
        Routing routing = state.routing(key, nowMillis());
        if (!inEventTime) {
            counters.unmatchedFeedback(early.expire(key));
        }
        if (inEventTime || pending.isExpiring(routing.waiting())) {
            long streakBefore = routing.algorithm().state().sla().unratedStreak;
            pending.expire(routing.waiting(), routing.algorithm()::expire);
            LabelAlarm.check(routing, streakBefore);
            routing.markChanged();
        }
        reportIfDrained();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        flush();
        super.snapshotState(context);
    }

    /** Writes everything that is known to the state. */
    void flush() throws Exception {
        Object key = getCurrentKey();
        state.flush(nowMillis());
        if (key != null) {
            setCurrentKey(key);
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
        if (requestsEnded && !drained && pending.isIdle()) {
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

    /** Number of keys on the heap. */
    int onHeap() {
        return state.onHeap();
    }

    /** Number of requests that wait for labels on the heap. */
    int requestsOnHeap() {
        return pending.onHeap();
    }

    private String key() {
        return (String) getCurrentKey();
    }

    private long nowMillis() {
        return timers.currentProcessingTime();
    }
}
