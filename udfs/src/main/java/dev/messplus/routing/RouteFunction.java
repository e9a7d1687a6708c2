package dev.messplus.routing;

import dev.messplus.core.Decision;
import dev.messplus.core.Join;
import dev.messplus.core.MessPlus;
import dev.messplus.core.Observation;
import dev.messplus.core.PendingRequest;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.RoutedRequest;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Decides every request and learns from feedback, per SLA.
 *
 * <p>A request waits for its labels for the feedback timeout. The time is that of the feedback
 * stream: a label that was written in time is in time, even when the job was down or behind and
 * reads it late. The other input must therefore not hold the watermark back.
 */
public final class RouteFunction
        extends KeyedCoProcessFunction<String, EmbeddedRequest, Feedback, RoutedRequest> {

    /** Steps per watermark: what an expiry may keep the operator from its requests for. */
    private static final int MAX_EXPIRY_STEPS = 10_000;

    private final RoutingConfig config;
    private final List<String> zoo;

    private transient RoutingState state;
    private transient RoutingMetrics metrics;
    private transient Runnable whenIdle;

    /** A function for the given zoo and SLAs. */
    public RouteFunction(RoutingConfig config) {
        this.config = config;
        this.zoo = config.modelIds();
    }

    @Override
    public void open(OpenContext context) {
        metrics = new RoutingMetrics(getRuntimeContext().getMetricGroup(), zoo);
        state = new RoutingState(getRuntimeContext(), config, metrics::watch);
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<RoutedRequest> out)
            throws Exception {
        if (embedded.isTurn()) {
            return;
        }
        String id = embedded.request().id();
        MessPlus algorithm = state.algorithm(embedded.request().sla());
        Decision decision =
                algorithm.decide(
                        id,
                        embedded.features(),
                        embedded.promptTokens(),
                        embedded.request().maxTokens(),
                        context.timerService().currentProcessingTime());
        if (state.isPending(id)) {
            // A repeat of a request in flight is answered too, but it is the same request.
            metrics.repeatedRequest();
        } else {
            admit(embedded, algorithm, context.timerService());
        }
        state.saveSla(algorithm);
        out.collect(routed(embedded, decision));
    }

    @Override
    public void processElement2(Feedback feedback, Context context, Collector<RoutedRequest> out)
            throws Exception {
        if (feedback.unavailableMillis() != null) {
            leaveAlone(feedback, context.timerService().currentProcessingTime());
        }
        String id = feedback.requestId();
        PendingRequest pending = state.pending(id);
        if (pending == null) {
            metrics.unmatchedFeedback();
            return;
        }
        MessPlus algorithm = state.algorithm(feedback.sla());
        boolean wasResolved = pending.resolved;
        Join join = algorithm.observe(pending, observation(feedback));
        metrics.joined(join);
        if (join != Join.APPLIED) {
            return;
        }
        state.saveSla(algorithm);
        state.saveModel(algorithm, feedback.model());
        if (pending.resolved != wasResolved) {
            state.saveWindow(algorithm);
        }
        if (pending.complete()) {
            finish(id, pending, context.timerService());
        } else {
            state.savePending(id, pending);
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RoutedRequest> out)
            throws Exception {
        if (!isConfigured(context.getCurrentKey())) {
            return;
        }
        MessPlus algorithm = state.algorithm(context.getCurrentKey());
        ExpiryQueue queue = state.expiry();
        queue.timerMillis = 0;
        TimerService timers = context.timerService();
        expireUntil(timers.currentWatermark(), algorithm, queue, timers);
        state.saveSla(algorithm);
        state.saveExpiry(queue);
        reportIfIdle(queue);
    }

    /**
     * Takes up the SLA of the current key after a restore: its gauges are there again before its
     * next record comes. An SLA that left the configuration is dropped, and its timer will find
     * nothing.
     */
    void resume(String sla) throws Exception {
        if (isConfigured(sla)) {
            state.algorithm(sla);
        } else {
            state.forgetSla();
        }
    }

    /** Has {@code action} run whenever an SLA's last pending request is gone. */
    void whenIdle(Runnable action) {
        whenIdle = action;
    }

    /** Requests of the current key that wait for labels. */
    long pendingRequests() throws Exception {
        return state.expiry().size;
    }

    /** News about the model, whatever became of the request. */
    private void leaveAlone(Feedback feedback, long nowMillis) throws Exception {
        if (!isConfigured(feedback.sla())) {
            return;
        }
        MessPlus algorithm = state.algorithm(feedback.sla());
        if (algorithm.leaveAlone(feedback.model(), nowMillis + feedback.unavailableMillis())) {
            state.saveModel(algorithm, feedback.model());
        }
    }

    private void admit(EmbeddedRequest embedded, MessPlus algorithm, TimerService timers)
            throws Exception {
        PendingRequest pending =
                algorithm.admit(
                        embedded.features(),
                        embedded.promptTokens(),
                        embedded.request().maxTokens(),
                        timers.currentProcessingTime());
        ExpiryQueue queue = state.expiry();
        if (queue.size == 0) {
            queue.oldest = pending.t;
            setTimer(deadlineMillis(pending), queue, timers);
        }
        state.addPending(embedded.request().id(), pending, queue);
        state.saveExpiry(queue);
    }

    private void finish(String id, PendingRequest pending, TimerService timers) throws Exception {
        ExpiryQueue queue = state.expiry();
        state.removePending(id, pending, queue);
        if (pending.t == queue.oldest) {
            queue.oldest++;
        }
        if (queue.size == 0) {
            timers.deleteEventTimeTimer(queue.timerMillis);
            queue.timerMillis = 0;
        }
        state.saveExpiry(queue);
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

    private boolean isConfigured(String sla) {
        return config.slas().containsKey(sla);
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

    private RoutedRequest routed(EmbeddedRequest embedded, Decision decision) {
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
                decision.t);
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
