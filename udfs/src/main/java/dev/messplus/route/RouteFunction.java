package dev.messplus.route;

import dev.messplus.core.Decision;
import dev.messplus.core.account.PendingRequest;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Json;
import dev.messplus.record.PromptRequest;
import dev.messplus.record.RoutedRequest;
import dev.messplus.route.RoutingState.Routing;
import dev.messplus.route.runs.RunHistory;
import dev.messplus.trace.RequestSpan;
import dev.messplus.trace.Tracing;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Decides every request and learns from feedback, per SLA or shard of one.
 *
 * <p>A request waits for its labels for the feedback timeout. The time is the event time of the
 * feedback stream: a label that was written in time is in time, even when the job was down or
 * behind and reads it late. The request input must therefore not hold the watermark back.
 */
public final class RouteFunction
        extends KeyedCoProcessFunction<String, EmbeddedRequest, FeedbackBundle, RoutedRequest> {

    private final RoutingConfig config;
    private final List<String> zoo;

    private transient RoutingState state;
    private transient PendingRequests pending;
    private transient EarlyLabels early;
    private transient RepeatFilter repeats;
    private transient FeedbackIntake intake;
    private transient RoutingCounters counters;
    private transient Tracing tracing;
    private transient Runnable whenIdle;
    private transient long nextDecision;

    /** A function for the given zoo and SLAs. */
    public RouteFunction(RoutingConfig config) {
        this.config = config;
        this.zoo = config.modelIds();
    }

    @Override
    public void open(OpenContext context) {
        nextDecision = new SplittableRandom().nextLong();
        tracing = Tracing.open(config.job().tracing());
    }

    @Override
    public void close() {
        if (tracing != null) {
            tracing.close();
        }
    }

    /**
     * Prepares for the first element, after {@link #open}.
     *
     * @param starts of the job, this one among them
     * @param nowMillis the processing time in milliseconds
     * @param heap where state may be as well
     */
    void begin(RunHistory starts, long nowMillis, KeyedHeap heap) {
        RuntimeContext context = getRuntimeContext();
        MetricGroup group = context.getMetricGroup();
        counters = new RoutingCounters(group);
        pending = new PendingRequests(context, config.feedbackTimeoutMillis());
        early = new EarlyLabels(context, config.job().checkpointIntervalMillis());
        early.begin(nowMillis);
        repeats = new RepeatFilter(context, config.longestRepeatWindowMillis());
        RoutingMetrics metrics = new RoutingMetrics(group, zoo, config.job().metricsPerSla());
        state = new RoutingState(context, config, pending, early, metrics, heap);
        intake = new FeedbackIntake(zoo, pending, early, starts, counters);
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<RoutedRequest> out)
            throws Exception {
        RequestSpan span = DecisionSpans.begin(tracing, embedded.request());
        String id = embedded.request().id();
        String key = context.getCurrentKey();
        TimerService timers = context.timerService();
        long nowMillis = timers.currentProcessingTime();
        Routing routing = state.routing(key, nowMillis);
        if (repeats.isRepeated(id, nowMillis, repeatWindowMillis(routing))) {
            counters.repeatedRequest();
            DecisionSpans.repeated(span);
            return;
        }
        Decision decision = routing.algorithm().decide(id, embedded.prompt(), nowMillis);
        // Unique, even across restarts: a request may be decided again after a failure.
        long number = nextDecision++;
        DecisionSpans.decided(span, decision, routing.algorithm(), zoo);
        String receipt = config.job().receipts() ? receipt(routing, decision) : null;
        if (pending.contains(id, routing.waiting())) {
            // A repeat of a request in flight is answered too, but it is the same request.
            counters.repeatedRequest();
        } else if (state.isConfigured(key)) {
            PendingRequest admitted =
                    routing.algorithm().admit(decision, embedded.prompt(), nowMillis);
            admitted.decision = number;
            pending.add(id, admitted, routing.waiting(), timers);
            routing.markChanged();
        }
        PromptRequest request = span.within(embedded.request());
        out.collect(RoutedRequests.of(request, decision, number, zoo, receipt));
        intake.takeEarly(embedded, routing, timers, nowMillis);
    }

    private String receipt(Routing routing, Decision decision) {
        return Json.text(ReceiptWriter.of(decision, routing.algorithm().explain(decision), zoo));
    }

    private long repeatWindowMillis(Routing routing) {
        return config.slaOrNoPromise(routing.shard().sla()).repeatWindowMillis();
    }

    @Override
    public void processElement2(
            FeedbackBundle bundle, Context context, Collector<RoutedRequest> out) throws Exception {
        String key = context.getCurrentKey();
        if (!state.isConfigured(key)) {
            counters.unmatchedFeedback(bundle.feedback().size());
            return;
        }
        TimerService timers = context.timerService();
        long nowMillis = timers.currentProcessingTime();
        Routing routing = state.routing(key, nowMillis);
        intake.take(bundle, routing, timers, nowMillis);
        reportIfIdle();
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RoutedRequest> out)
            throws Exception {
        String key = context.getCurrentKey();
        if (!state.isConfigured(key)) {
            early.clear();
            return;
        }
        TimerService timers = context.timerService();
        Routing routing = state.routing(key, timers.currentProcessingTime());
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            counters.unmatchedFeedback(early.expire(routing, timers));
        }
        expire(routing, timers, context.timeDomain());
        reportIfIdle();
    }

    private void expire(Routing routing, TimerService timers, TimeDomain domain) throws Exception {
        long streakBefore = routing.algorithm().state().sla().unratedStreak;
        boolean expired = true;
        if (domain == TimeDomain.EVENT_TIME) {
            pending.expire(routing.waiting(), timers, routing.algorithm()::expire);
        } else {
            expired = pending.expireMore(routing.waiting(), timers, routing.algorithm()::expire);
        }
        if (expired) {
            LabelAlarm.check(routing, streakBefore);
            routing.markChanged();
        }
    }

    /**
     * Takes up what is known under the current key after a restore. It is loaded, so that its
     * gauges exist before its next record. What left the configuration is dropped; its timer then
     * has no effect.
     *
     * @param nowMillis the processing time in milliseconds
     */
    void resume(String key, long nowMillis) throws Exception {
        if (!state.isConfigured(key)) {
            state.clear();
            pending.clear();
            early.clear();
            repeats.clear();
            return;
        }
        pending.resume();
        state.resume(key);
        if (config.job().metricsPerSla()) {
            state.routing(key, nowMillis);
        }
    }

    /** Takes up labels of requests that are not decided yet, of a key, after a restore. */
    void resumeEarly(String key) {
        early.resume(key);
    }

    /** Writes what is known to the state, under the keys that it belongs to. */
    void flush(long nowMillis) throws Exception {
        state.flush(nowMillis);
    }

    /** Has {@code action} run whenever no request waits for labels any more. */
    void whenIdle(Runnable action) {
        whenIdle = action;
    }

    /** Whether no request waits for labels. */
    boolean isIdle() {
        return pending.isIdle();
    }

    /** Number of keys on the heap. */
    int onHeap() {
        return state.onHeap();
    }

    /** Number of requests that wait for labels on the heap. */
    int requestsOnHeap() {
        return pending.onHeap();
    }

    private void reportIfIdle() {
        if (whenIdle != null && isIdle()) {
            whenIdle.run();
        }
    }
}
