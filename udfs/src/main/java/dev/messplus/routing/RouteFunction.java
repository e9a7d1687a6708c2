package dev.messplus.routing;

import dev.messplus.core.Decision;
import dev.messplus.core.Join;
import dev.messplus.core.MessPlus;
import dev.messplus.core.Observation;
import dev.messplus.core.PendingRequest;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.RoutedRequest;
import dev.messplus.routing.RoutingState.Routing;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Decides every request and learns from feedback, per SLA or shard of one.
 *
 * <p>A request waits for its labels for the feedback timeout. The time is that of the feedback
 * stream: a label that was written in time is in time, even when the job was down or behind and
 * reads it late. The other input must therefore not hold the watermark back.
 */
public final class RouteFunction
        extends KeyedCoProcessFunction<String, EmbeddedRequest, ShardFeedback, RoutedRequest> {

    /** Steps per watermark: what an expiry may keep the operator from its requests for. */
    private static final int MAX_EXPIRY_STEPS = 10_000;

    private final RoutingConfig config;
    private final List<String> zoo;

    private transient RoutingState state;
    private transient RoutingMetrics metrics;
    private transient Runnable whenIdle;
    private transient long start;

    /** A function for the given zoo and SLAs. */
    public RouteFunction(RoutingConfig config) {
        this.config = config;
        this.zoo = config.modelIds();
    }

    @Override
    public void open(OpenContext context) {
        metrics = new RoutingMetrics(getRuntimeContext().getMetricGroup(), zoo);
        state = new RoutingState(getRuntimeContext(), config, metrics::watch);
        start = new SplittableRandom().nextLong();
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<RoutedRequest> out)
            throws Exception {
        if (embedded.isTurn()) {
            return;
        }
        String id = embedded.request().id();
        Routing routing = state.routing(context.getCurrentKey());
        TimerService timers = context.timerService();
        long windowMillis = config.repeatWindowMillis(routing.shard().sla());
        if (windowMillis > 0
                && state.isRepeated(id, timers.currentProcessingTime(), windowMillis)) {
            metrics.repeatedRequest();
            return;
        }
        MessPlus algorithm = routing.algorithm();
        Decision decision =
                algorithm.decide(
                        id,
                        embedded.features(),
                        embedded.promptTokens(),
                        embedded.request().maxTokens(),
                        timers.currentProcessingTime());
        long number = decisionNumber(decision);
        if (state.isPending(id)) {
            // A repeat of a request in flight is answered too, but it is the same request.
            metrics.repeatedRequest();
        } else {
            admit(embedded, number, routing, timers);
            routing.changed();
        }
        out.collect(routed(embedded, decision, number));
    }

    @Override
    public void processElement2(
            ShardFeedback toShard, Context context, Collector<RoutedRequest> out) throws Exception {
        Feedback feedback = toShard.feedback();
        if (!state.isConfigured(context.getCurrentKey())) {
            metrics.unmatchedFeedback();
            return;
        }
        Routing routing = state.routing(context.getCurrentKey());
        if (feedback.unavailableMillis() != null) {
            leaveAlone(feedback, routing, context.timerService().currentProcessingTime());
        }
        if (toShard.own()) {
            join(feedback, routing, context.timerService());
        } else {
            study(toShard, routing);
        }
    }

    private void join(Feedback feedback, Routing routing, TimerService timers) throws Exception {
        String id = feedback.requestId();
        PendingRequest pending = state.pending(id);
        if (pending == null) {
            metrics.unmatchedFeedback();
            return;
        }
        if (isOfAnotherDecision(feedback, pending)) {
            metrics.staleFeedback();
            return;
        }
        Join join = routing.algorithm().observe(pending, observation(feedback));
        metrics.joined(join);
        if (join == Join.EARLY) {
            state.savePending(id, pending);
        }
        if (join != Join.APPLIED) {
            return;
        }
        noteSource(feedback, routing);
        routing.changed();
        if (pending.complete()) {
            finish(id, pending, routing.expiry(), timers);
        } else {
            state.savePending(id, pending);
        }
    }

    private void noteSource(Feedback feedback, Routing routing) {
        int model = zoo.indexOf(feedback.model());
        if (model >= 0 && feedback.energySource() != null) {
            routing.algorithm().model(model).energyEstimated = feedback.energyEstimated();
        }
    }

    private void study(ShardFeedback told, Routing routing) {
        MessPlus algorithm = routing.algorithm();
        algorithm.study(
                told.features(),
                told.promptTokens(),
                told.maxTokens(),
                observation(told.feedback()));
        if (!Double.isNaN(told.servedScore())) {
            algorithm.hear(told.servedScore());
        }
        noteSource(told.feedback(), routing);
        routing.changed();
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RoutedRequest> out)
            throws Exception {
        if (!state.isConfigured(context.getCurrentKey())) {
            return;
        }
        Routing routing = state.routing(context.getCurrentKey());
        ExpiryQueue queue = routing.expiry();
        queue.timerMillis = 0;
        TimerService timers = context.timerService();
        expireUntil(timers.currentWatermark(), routing.algorithm(), queue, timers);
        routing.changed();
        reportIfIdle(queue);
    }

    /**
     * Takes up what is known under the current key after a restore: its gauges are there again
     * before its next record comes. What left the configuration is dropped, and its timer will find
     * nothing.
     */
    void resume(String key) throws Exception {
        if (state.isConfigured(key)) {
            state.routing(key);
        } else {
            state.forget();
        }
    }

    /** Writes what is known into the state, under the keys that it belongs to. */
    void flush(Consumer<Object> setCurrentKey) throws Exception {
        state.flush(setCurrentKey);
    }

    /** Has {@code action} run whenever an SLA's last pending request is gone. */
    void whenIdle(Runnable action) {
        whenIdle = action;
    }

    /** Whether no request waits for labels. */
    boolean nothingPending() {
        return state.routings().stream().allMatch(routing -> routing.expiry().size == 0);
    }

    /** News about the model, whatever became of the request. */
    private static void leaveAlone(Feedback feedback, Routing routing, long nowMillis) {
        if (routing.algorithm()
                .leaveAlone(feedback.model(), nowMillis + feedback.unavailableMillis())) {
            routing.changed();
        }
    }

    /** A number that no other decision has, not even one of the same request before a failure. */
    private long decisionNumber(Decision decision) {
        return start + decision.t;
    }

    /**
     * Whether this is about an answer that was called for by another decision of the same request:
     * one that a failure undid. What it answered is not what counts, and perhaps nobody saw it.
     */
    private static boolean isOfAnotherDecision(Feedback feedback, PendingRequest pending) {
        return feedback.decision() != null
                && pending.decision != 0
                && feedback.decision() != pending.decision;
    }

    private void admit(
            EmbeddedRequest embedded, long decision, Routing routing, TimerService timers)
            throws Exception {
        PendingRequest pending =
                routing.algorithm()
                        .admit(
                                embedded.features(),
                                embedded.promptTokens(),
                                embedded.request().maxTokens(),
                                timers.currentProcessingTime());
        pending.decision = decision;
        ExpiryQueue queue = routing.expiry();
        if (queue.size == 0) {
            queue.oldest = pending.t;
            setTimer(deadlineMillis(pending), queue, timers);
        }
        state.addPending(embedded.request().id(), pending, queue);
    }

    private void finish(String id, PendingRequest pending, ExpiryQueue queue, TimerService timers)
            throws Exception {
        state.removePending(id, pending, queue);
        if (pending.t == queue.oldest) {
            queue.oldest++;
        }
        if (queue.size == 0) {
            timers.deleteEventTimeTimer(queue.timerMillis);
            queue.timerMillis = 0;
        }
        reportIfIdle(queue);
    }

    private void expireUntil(
            long nowMillis, MessPlus algorithm, ExpiryQueue queue, TimerService timers)
            throws Exception {
        for (int step = 0; queue.size > 0; step++) {
            if (step == MAX_EXPIRY_STEPS) {
                // Only the next watermark reaches this timer; after the last one, Long.MAX_VALUE,
                // it wraps around and is reached at once.
                setTimer(nowMillis + 1, queue, timers);
                return;
            }
            String id = state.pendingAt(queue.oldest);
            if (id != null) {
                PendingRequest pending = state.pending(id);
                if (deadlineMillis(pending) > nowMillis) {
                    setTimer(deadlineMillis(pending), queue, timers);
                    return;
                }
                algorithm.expire(pending);
                state.removePending(id, pending, queue);
            }
            queue.oldest++;
        }
    }

    private long deadlineMillis(PendingRequest pending) {
        return pending.decidedAtMillis + config.feedbackTimeoutMillis();
    }

    private static void setTimer(long atMillis, ExpiryQueue queue, TimerService timers) {
        queue.timerMillis = atMillis;
        timers.registerEventTimeTimer(atMillis);
    }

    private void reportIfIdle(ExpiryQueue queue) {
        if (queue.size == 0 && whenIdle != null) {
            whenIdle.run();
        }
    }

    private RoutedRequest routed(EmbeddedRequest embedded, Decision decision, long number) {
        int models = zoo.size();
        String[] ranking = new String[models];
        double[] scores = new double[models];
        double[] joules = new double[models];
        for (int i = 0; i < models; i++) {
            int model = decision.ranking[i];
            ranking[i] = zoo.get(model);
            scores[i] = decision.accuracy[model];
            joules[i] = decision.joules[model];
        }
        return new RoutedRequest(
                embedded.request(),
                decision.mode,
                Arrays.asList(ranking),
                decision.asked,
                scores,
                joules,
                decision.pressure,
                decision.t,
                number);
    }

    private static Observation observation(Feedback feedback) {
        return new Observation(
                feedback.model(),
                orNaN(feedback.score()),
                orNaN(feedback.energyJoules()),
                orNaN(feedback.failedJoules()),
                Boolean.TRUE.equals(feedback.energyAssumed()),
                Boolean.TRUE.equals(feedback.served()),
                feedback.error() != null);
    }

    private static double orNaN(Double value) {
        return value == null ? Double.NaN : value;
    }
}
