package dev.messplus.routing;

import dev.messplus.core.Booking;
import dev.messplus.core.Decision;
import dev.messplus.core.JoinResult;
import dev.messplus.core.OutcomeSums;
import dev.messplus.core.PendingRequest;
import dev.messplus.record.EmbeddedRequest;
import dev.messplus.record.Feedback;
import dev.messplus.record.RoutedRequest;
import dev.messplus.routing.RoutingState.Routing;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.MetricGroup;
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
        extends KeyedCoProcessFunction<String, EmbeddedRequest, ShardFeedback, RoutedRequest> {

    private final RoutingConfig config;
    private final List<String> zoo;

    private transient RoutingState state;
    private transient PendingRequests pending;
    private transient RepeatFilter repeats;
    private transient RoutingCounters counters;
    private transient Runnable whenIdle;
    private transient long nextDecision;

    /** A function for the given zoo and SLAs. */
    public RouteFunction(RoutingConfig config) {
        this.config = config;
        this.zoo = config.modelIds();
    }

    @Override
    public void open(OpenContext context) {
        MetricGroup group = getRuntimeContext().getMetricGroup();
        counters = new RoutingCounters(group);
        RoutingMetrics metrics = new RoutingMetrics(group, zoo);
        pending = new PendingRequests(getRuntimeContext(), config.feedbackTimeoutMillis());
        repeats = new RepeatFilter(getRuntimeContext(), config.longestRepeatWindowMillis());
        state = new RoutingState(getRuntimeContext(), config, pending, metrics::watch);
        nextDecision = new SplittableRandom().nextLong();
    }

    @Override
    public void processElement1(
            EmbeddedRequest embedded, Context context, Collector<RoutedRequest> out)
            throws Exception {
        if (embedded.isEmpty()) {
            return;
        }
        String id = embedded.request().id();
        TimerService timers = context.timerService();
        long nowMillis = timers.currentProcessingTime();
        Routing routing = state.routing(context.getCurrentKey());
        if (repeats.isRepeated(id, nowMillis, repeatWindowMillis(routing))) {
            counters.repeatedRequest();
            return;
        }
        Decision decision = routing.algorithm().decide(id, embedded.prompt(), nowMillis);
        // Unique, even across restarts: a request may be decided again after a failure.
        long number = nextDecision++;
        if (pending.contains(id)) {
            // A repeat of a request in flight is answered too, but it is the same request.
            counters.repeatedRequest();
        } else if (state.isConfigured(context.getCurrentKey())) {
            PendingRequest admitted =
                    routing.algorithm().admit(decision, embedded.prompt(), nowMillis);
            admitted.decision = number;
            pending.add(id, admitted, routing.expiry(), timers);
            routing.markChanged();
        }
        out.collect(RoutedRequests.of(embedded.request(), decision, number, zoo));
    }

    private long repeatWindowMillis(Routing routing) {
        return config.slaOrNoPromise(routing.shard().sla()).repeatWindowMillis();
    }

    @Override
    public void processElement2(
            ShardFeedback toShard, Context context, Collector<RoutedRequest> out) throws Exception {
        if (!state.isConfigured(context.getCurrentKey())) {
            counters.unmatchedFeedback();
            return;
        }
        Routing routing = state.routing(context.getCurrentKey());
        TimerService timers = context.timerService();
        if (toShard.isOwn()) {
            markUnavailable(toShard.own(), routing, timers.currentProcessingTime());
            join(toShard.own(), routing, timers);
        } else {
            learnFromOtherShards(toShard.ofOthers(), routing);
        }
    }

    /** This is news about the model, whatever became of the request. */
    private static void markUnavailable(Feedback feedback, Routing routing, long nowMillis) {
        if (feedback.unavailableMillis() != null
                && routing.algorithm()
                        .markUnavailable(
                                feedback.model(), nowMillis + feedback.unavailableMillis())) {
            routing.markChanged();
        }
    }

    private void join(Feedback feedback, Routing routing, TimerService timers) throws Exception {
        String id = feedback.requestId();
        PendingRequest request = pending.get(id);
        if (request == null) {
            counters.unmatchedFeedback();
            return;
        }
        if (isOfAnotherDecision(feedback, request)) {
            bookRepeat(feedback, request, routing);
            return;
        }
        JoinResult result = routing.algorithm().observe(request, Observations.of(feedback));
        counters.joined(result);
        if (result == JoinResult.APPLIED) {
            noteEnergySource(feedback, routing);
            routing.markChanged();
        }
        if (result == JoinResult.APPLIED && request.isComplete()) {
            pending.remove(id, request, routing.expiry(), timers);
            reportIfIdle(routing);
        } else if (result == JoinResult.APPLIED || result == JoinResult.EARLY) {
            pending.save(id, request);
        }
    }

    /**
     * Whether this is about an answer that another decision on the same request asked for. Either
     * the request was repeated, or a failure rolled that decision back, and its answer may never
     * have been delivered.
     */
    private static boolean isOfAnotherDecision(Feedback feedback, PendingRequest request) {
        return feedback.decision() != null && feedback.decision() != request.decision;
    }

    /** The energy of such an answer was spent, but one answer per request counts. */
    private void bookRepeat(Feedback feedback, PendingRequest request, Routing routing)
            throws Exception {
        Booking booking =
                routing.algorithm()
                        .bookRepeat(request, feedback.decision(), Observations.of(feedback));
        counters.booked(booking);
        if (booking == Booking.BOOKED) {
            noteEnergySource(feedback, routing);
            routing.markChanged();
            pending.save(feedback.requestId(), request);
        }
    }

    private static void learnFromOtherShards(OutcomeSums sums, Routing routing) {
        routing.algorithm().learnFromOtherShards(sums);
        routing.markChanged();
    }

    private void noteEnergySource(Feedback feedback, Routing routing) {
        int model = zoo.indexOf(feedback.model());
        if (model >= 0 && feedback.energySource() != null) {
            routing.algorithm().state().models()[model].energyEstimated =
                    feedback.energyEstimated();
        }
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<RoutedRequest> out)
            throws Exception {
        if (!state.isConfigured(context.getCurrentKey())) {
            return;
        }
        Routing routing = state.routing(context.getCurrentKey());
        long streakBefore = routing.algorithm().state().sla().unratedStreak;
        pending.expire(routing.expiry(), context.timerService(), routing.algorithm()::expire);
        LabelAlarm.check(routing, streakBefore);
        routing.markChanged();
        reportIfIdle(routing);
    }

    /**
     * Loads what is known under the current key after a restore, so that its gauges exist before
     * its next record. What left the configuration is dropped; its timer then has no effect.
     */
    void resume(String key) throws Exception {
        if (state.isConfigured(key)) {
            state.routing(key);
        } else {
            state.clear();
            pending.clear();
            repeats.clear();
        }
    }

    /** Writes what is known to the state, under the keys that it belongs to. */
    void flush(Consumer<Object> setCurrentKey) throws Exception {
        state.flush(setCurrentKey);
    }

    /** Has {@code action} run whenever the last pending request of a key is gone. */
    void whenIdle(Runnable action) {
        whenIdle = action;
    }

    /** Whether no request waits for labels. */
    boolean isIdle() {
        return state.routings().stream().allMatch(routing -> routing.expiry().size == 0);
    }

    private void reportIfIdle(Routing routing) {
        if (routing.expiry().size == 0 && whenIdle != null) {
            whenIdle.run();
        }
    }
}
