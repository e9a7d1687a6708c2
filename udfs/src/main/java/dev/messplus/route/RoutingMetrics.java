package dev.messplus.route;

import dev.messplus.core.account.ScoreWindow;
import dev.messplus.core.account.SlaState;
import dev.messplus.core.account.VirtualQueue;
import dev.messplus.core.algorithm.MessPlus;
import dev.messplus.core.baseline.BaselineEstimate;
import dev.messplus.core.belief.JudgeCalibration;
import dev.messplus.core.zoo.ModelState;
import dev.messplus.metrics.JobMetric;
import dev.messplus.route.RoutingState.Routing;
import dev.messplus.route.config.Shards.Shard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The gauges of the routing, per SLA or shard of one. They come from state, so they survive a
 * failover.
 *
 * <p>Another thread reads the gauges, so they read the heap copy of what is known, never state. The
 * gauges of what left the heap show the last values, of which a copy is kept.
 */
final class RoutingMetrics {

    /** The gauges of an SLA or shard. */
    private static final List<SlaGauge<MessPlus>> OF_SLA =
            List.of(
                    new SlaGauge<>(JobMetric.SLA_ALPHA, known -> known.sla().alpha()),
                    queue(JobMetric.SLA_Q, queue -> queue.q),
                    new SlaGauge<>(JobMetric.SLA_MAX_Q, MessPlus::maxQueue),
                    new SlaGauge<>(
                            JobMetric.SLA_TOLERATED_REQUESTS,
                            known -> known.sla().toleratedRequests()),
                    new SlaGauge<>(
                            JobMetric.SLA_DRIFT,
                            known -> known.state().sla().queue.drift(known.sla().alpha())),
                    new SlaGauge<>(JobMetric.SLA_JOULES_PER_SCORE, MessPlus::joulesPerScore),
                    queue(JobMetric.SLA_SCORE, queue -> queue.averageScore()),
                    queue(JobMetric.SLA_SCORE_SUM, queue -> queue.scoreSum),
                    window(JobMetric.SLA_WINDOW_SCORE, ScoreWindow::average),
                    window(JobMetric.SLA_WINDOW_SCORE_SUM, ScoreWindow::sum),
                    window(JobMetric.SLA_WINDOW_LABELLED, ScoreWindow::size),
                    new SlaGauge<>(
                            JobMetric.SLA_DEFICIT,
                            known -> known.state().sla().queue.deficit(known.sla().alpha())),
                    queue(JobMetric.SLA_MAX_DEFICIT, queue -> queue.maxDeficit),
                    new SlaGauge<>(
                            JobMetric.SLA_SCORE_ESTIMATE,
                            known -> known.scoreInterval().estimate()),
                    new SlaGauge<>(
                            JobMetric.SLA_SCORE_LOWER_BOUND,
                            known -> known.scoreInterval().lower()),
                    new SlaGauge<>(
                            JobMetric.SLA_SCORE_UPPER_BOUND,
                            known -> known.scoreInterval().upper()),
                    sla(JobMetric.SLA_SETTLED, sla -> sla.confidence.settled.requests),
                    sla(JobMetric.SLA_UNRATED_STREAK, sla -> sla.unratedStreak),
                    new SlaGauge<>(JobMetric.SLA_UNRATED_STREAK_LIMIT, MessPlus::longestSilence),
                    sla(JobMetric.SLA_REQUESTS, sla -> sla.t),
                    queue(JobMetric.SLA_IN_FLIGHT, queue -> queue.inFlight),
                    queue(JobMetric.SLA_LABELLED, queue -> queue.labelled),
                    sla(JobMetric.SLA_EXPLORED, sla -> sla.explored),
                    sla(JobMetric.SLA_EXPIRED, sla -> sla.expired),
                    sla(JobMetric.SLA_FAILED, sla -> sla.failed),
                    sla(JobMetric.SLA_ENERGY_JOULES, sla -> sla.joules),
                    sla(JobMetric.SLA_SERVED_JOULES, sla -> sla.servedJoules),
                    sla(JobMetric.SLA_PLANNED_JOULES, sla -> sla.plannedJoules),
                    sla(JobMetric.SLA_FAILED_JOULES, sla -> sla.failedJoules),
                    sla(JobMetric.SLA_SCORING_JOULES, sla -> sla.scoringJoules),
                    sla(JobMetric.SLA_REPEAT_JOULES, sla -> sla.repeatJoules),
                    sla(JobMetric.SLA_EXPLORATION_JOULES, sla -> sla.explorationJoules()),
                    new SlaGauge<>(
                            JobMetric.SLA_MOST_EXPENSIVE_JOULES_ESTIMATE,
                            known -> BaselineEstimate.mostExpensiveJoules(known.state().models())),
                    new SlaGauge<>(
                            JobMetric.SLA_STATIC_MIX_JOULES_ESTIMATE,
                            known ->
                                    BaselineEstimate.staticMixJoules(
                                            known.state().models(), known.sla().alpha())),
                    new SlaGauge<>(
                            JobMetric.SLA_REACHABLE_SCORE_ESTIMATE, MessPlus::reachableScore));

    /** The gauges of an SLA or shard with a judge, beside the others. */
    private static final List<SlaGauge<MessPlus>> OF_JUDGE =
            List.of(
                    sla(JobMetric.SLA_AUDITS_DRAWN, sla -> sla.auditsDrawn),
                    sla(JobMetric.SLA_AUDITS_ANSWERED, sla -> sla.auditsAnswered),
                    sla(JobMetric.SLA_AUDITS_UNANSWERED, sla -> sla.auditsUnanswered),
                    judge(JobMetric.SLA_JUDGE_SLOPE, judge -> judge.answerSlope().mean()),
                    judge(
                            JobMetric.SLA_JUDGE_SLOPE_DEVIATION,
                            judge -> judge.answerSlope().deviation()),
                    judge(
                            JobMetric.SLA_JUDGE_USELESS_PROBABILITY,
                            JudgeCalibration::probabilityOfSayingNothing));

    /**
     * The gauges of a model of an SLA. {@link JobMetric#SLA_MODEL_AVAILABLE} is kept as the time
     * from which it is.
     */
    private static final List<SlaGauge<ModelState>> OF_MODEL =
            List.of(
                    new SlaGauge<>(JobMetric.SLA_MODEL_SERVED, model -> model.served),
                    new SlaGauge<>(JobMetric.SLA_MODEL_FAILURES, model -> model.failures),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_AVAILABLE, model -> model.unavailableUntilMillis),
                    new SlaGauge<>(JobMetric.SLA_MODEL_LABELS, model -> model.accuracy.labels),
                    new SlaGauge<>(JobMetric.SLA_MODEL_MEAN_SCORE, model -> model.accuracy.mean),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_JOULES_PER_REQUEST,
                            model -> model.energy.meanCharge()),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_PRICE_JOULES, model -> model.energy.typicalPrice()),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_ENERGY_ESTIMATED,
                            model -> isEstimate(model) ? 1 : 0),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_ENERGY_ERROR_JOULES,
                            model -> model.energy.errors.mean()),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_ENERGY_ERROR_RELATIVE,
                            model -> model.energy.relativeError()),
                    new SlaGauge<>(
                            JobMetric.SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE,
                            model -> model.energy.errors.relativeUncertainty()));

    private final MetricGroup group;
    private final List<String> zoo;
    private final boolean perSla;
    private final Map<Shard, List<ShownGauge>> shown = new HashMap<>();

    private record SlaGauge<T>(JobMetric metric, ToDoubleFunction<T> value) {}

    private static SlaGauge<MessPlus> sla(JobMetric metric, ToDoubleFunction<SlaState> value) {
        return new SlaGauge<>(metric, known -> value.applyAsDouble(known.state().sla()));
    }

    private static SlaGauge<MessPlus> queue(
            JobMetric metric, ToDoubleFunction<VirtualQueue> value) {
        return sla(metric, sla -> value.applyAsDouble(sla.queue));
    }

    private static SlaGauge<MessPlus> judge(
            JobMetric metric, ToDoubleFunction<JudgeCalibration> value) {
        return new SlaGauge<>(metric, known -> value.applyAsDouble(known.state().shared().judge));
    }

    private static SlaGauge<MessPlus> window(
            JobMetric metric, ToDoubleFunction<ScoreWindow> value) {
        return new SlaGauge<>(metric, known -> value.applyAsDouble(known.state().window()));
    }

    /**
     * Gauges below {@code group}.
     *
     * @param perSla whether there are any
     */
    RoutingMetrics(MetricGroup group, List<String> zoo, boolean perSla) {
        this.group = group;
        this.zoo = zoo;
        this.perSla = perSla;
    }

    /**
     * Shows an SLA that was just loaded, by the heap copy of what is known. The gauges of an SLA
     * without shards are those of its shard 0.
     */
    void watch(Routing routing) {
        if (!perSla) {
            return;
        }
        boolean judged = routing.algorithm().sla().labels().isJudged();
        shown.computeIfAbsent(routing.shard(), shard -> register(shard, judged))
                .forEach(gauge -> gauge.onHeap = routing.algorithm());
    }

    /** Keeps the last values of an SLA that leaves the heap. */
    void freeze(Routing routing) {
        shown.getOrDefault(routing.shard(), List.of()).forEach(ShownGauge::freeze);
    }

    private List<ShownGauge> register(Shard shard, boolean judged) {
        // Without shards too, so that a dashboard needs one name whatever the number of shards.
        MetricGroup slaGroup =
                group.addGroup("sla", shard.sla()).addGroup("shard", String.valueOf(shard.index()));
        List<ShownGauge> gauges = new ArrayList<>();
        for (SlaGauge<MessPlus> gauge : OF_SLA) {
            gauges.add(register(gauge, slaGroup));
        }
        if (judged) {
            OF_JUDGE.forEach(gauge -> gauges.add(register(gauge, slaGroup)));
        }
        for (int i = 0; i < zoo.size(); i++) {
            int model = i;
            MetricGroup modelGroup = slaGroup.addGroup("model", zoo.get(model));
            for (SlaGauge<ModelState> gauge : OF_MODEL) {
                SlaGauge<MessPlus> ofModel =
                        new SlaGauge<>(
                                gauge.metric(),
                                known ->
                                        gauge.value().applyAsDouble(known.state().models()[model]));
                gauges.add(register(ofModel, modelGroup));
            }
            if (judged) {
                ofJudge(zoo.get(model)).forEach(gauge -> gauges.add(register(gauge, modelGroup)));
            }
        }
        return gauges;
    }

    /** What is known of the judge's bias for a model. */
    private static List<SlaGauge<MessPlus>> ofJudge(String model) {
        return List.of(
                judge(JobMetric.SLA_MODEL_JUDGE_BIAS, judge -> judge.bias(model).mean()),
                judge(
                        JobMetric.SLA_MODEL_JUDGE_BIAS_DEVIATION,
                        judge -> judge.bias(model).deviation()));
    }

    private static ShownGauge register(SlaGauge<MessPlus> gauge, MetricGroup group) {
        ShownGauge shown = new ShownGauge(gauge);
        gauge.metric().gauge(group, shown);
        return shown;
    }

    /** Shows what is on the heap, or what was there last. */
    private static final class ShownGauge implements Gauge<Double> {

        private final SlaGauge<MessPlus> gauge;
        private volatile double last;
        private volatile MessPlus onHeap;

        ShownGauge(SlaGauge<MessPlus> gauge) {
            this.gauge = gauge;
        }

        void freeze() {
            last = gauge.value().applyAsDouble(onHeap);
            onHeap = null;
        }

        @Override
        public Double getValue() {
            MessPlus known = onHeap;
            double value = known == null ? last : gauge.value().applyAsDouble(known);
            return gauge.metric() == JobMetric.SLA_MODEL_AVAILABLE ? availability(value) : value;
        }

        private static double availability(double unavailableUntilMillis) {
            return unavailableUntilMillis <= System.currentTimeMillis() ? 1 : 0;
        }
    }

    private static boolean isEstimate(ModelState model) {
        return model.energyEstimated || model.energy.measurements == 0;
    }
}
