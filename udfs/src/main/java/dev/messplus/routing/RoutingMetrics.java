package dev.messplus.routing;

import dev.messplus.core.MessPlus;
import dev.messplus.core.ModelState;
import dev.messplus.routing.RoutingState.Routing;
import dev.messplus.routing.Shards.Shard;
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

    /** {@code …route.sla.<sla>.shard.<shard>.q}: the virtual queue Q, in requests. */
    static final String Q = "q";

    /** {@code …route.sla.<sla>.shard.<shard>.drift}: D of the requests in flight, in requests. */
    static final String DRIFT = "drift";

    /** {@code …route.sla.<sla>.shard.<shard>.score}: average label of the whole run. */
    static final String SCORE = "score";

    /** {@code …route.sla.<sla>.shard.<shard>.windowScore}: average label of the sliding window. */
    static final String WINDOW_SCORE = "windowScore";

    /** {@code …route.sla.<sla>.shard.<shard>.scoreSum}: sum of the labels of the whole run. */
    static final String SCORE_SUM = "scoreSum";

    /** {@code …route.sla.<sla>.shard.<shard>.windowScoreSum}: sum of the labels in the window. */
    static final String WINDOW_SCORE_SUM = "windowScoreSum";

    /** {@code …route.sla.<sla>.shard.<shard>.windowLabelled}: labels in the window. */
    static final String WINDOW_LABELLED = "windowLabelled";

    /** {@code …route.sla.<sla>.shard.<shard>.settled}: requests behind the estimate and bounds. */
    static final String SETTLED = "settled";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.scoreEstimate}: unbiased estimate of the average score
     * of all answers, rated or not.
     */
    static final String SCORE_ESTIMATE = "scoreEstimate";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.scoreLowerBound}: the average score of all answers is
     * at least this, with 95%.
     */
    static final String SCORE_LOWER_BOUND = "scoreLowerBound";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.scoreUpperBound}: the average score of all answers is
     * at most this, with 95%.
     */
    static final String SCORE_UPPER_BOUND = "scoreUpperBound";

    /** {@code …route.sla.<sla>.shard.<shard>.alpha}: the promise. */
    static final String ALPHA = "alpha";

    /** {@code …route.sla.<sla>.shard.<shard>.deficit}: shortfall of the whole run, in requests. */
    static final String DEFICIT = "deficit";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.maxDeficit}: the largest deficit so far, in requests.
     */
    static final String MAX_DEFICIT = "maxDeficit";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.joulesPerScore}: what a unit of score may cost now, in
     * joules.
     */
    static final String JOULES_PER_SCORE = "joulesPerScore";

    /** {@code …route.sla.<sla>.shard.<shard>.requests}: requests decided. */
    static final String REQUESTS = "requests";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.inFlight}: requests whose accuracy is not known yet.
     */
    static final String IN_FLIGHT = "inFlight";

    /** {@code …route.sla.<sla>.shard.<shard>.labelled}: requests whose label is in Q. */
    static final String LABELLED = "labelled";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.explored}: requests for which more than one model was
     * asked.
     */
    static final String EXPLORED = "explored";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.expired}: requests whose label did not arrive in time.
     */
    static final String EXPIRED = "expired";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.unratedStreak}: requests that expired since the last
     * label.
     */
    static final String UNRATED_STREAK = "unratedStreak";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.unratedStreakLimit}: the streak above which the source
     * of labels is silent, which is worth an alarm.
     */
    static final String UNRATED_STREAK_LIMIT = "unratedStreakLimit";

    /** {@code …route.sla.<sla>.shard.<shard>.failed}: requests that no model answered. */
    static final String FAILED = "failed";

    /** {@code …route.sla.<sla>.shard.<shard>.energyJoules}: joules of all calls. */
    static final String ENERGY_JOULES = "energyJoules";

    /** {@code …route.sla.<sla>.shard.<shard>.servedJoules}: joules of the answers served. */
    static final String SERVED_JOULES = "servedJoules";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.failedJoules}: joules of calls that returned no answer.
     */
    static final String FAILED_JOULES = "failedJoules";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.repeatJoules}: joules of calls for repeats of a request
     * in flight, and for decisions that a failure undid.
     */
    static final String REPEAT_JOULES = "repeatJoules";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.explorationJoules}: joules of exploration: all joules
     * less the served, failed and repeated ones.
     */
    static final String EXPLORATION_JOULES = "explorationJoules";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.served}: answers of the model that were
     * served.
     */
    static final String SERVED = "served";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.failures}: requests that the model was
     * asked to answer and did not.
     */
    static final String FAILURES = "failures";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.available}: 1, or 0 while the model is
     * marked unavailable.
     */
    static final String AVAILABLE = "available";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.labels}: labels that its predictor
     * learned from.
     */
    static final String LABELS = "labels";

    /** {@code …route.sla.<sla>.shard.<shard>.model.<model>.meanScore}: mean of those labels. */
    static final String MEAN_SCORE = "meanScore";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.joulesPerRequest}: recent mean energy of
     * an answer, in joules.
     */
    static final String JOULES_PER_REQUEST = "joulesPerRequest";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.energyEstimated}: 0 if the last known
     * joules were measured; 1 if they were estimated, or if there are only priors.
     */
    static final String ENERGY_ESTIMATED = "energyEstimated";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.energyErrorJoules}: recent mean absolute
     * error of the estimates made before the calls, in joules.
     */
    static final String ENERGY_ERROR_JOULES = "energyErrorJoules";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.energyErrorRelative}: the same, relative
     * to the mean joules.
     */
    static final String ENERGY_ERROR_RELATIVE = "energyErrorRelative";

    /**
     * {@code …route.sla.<sla>.shard.<shard>.model.<model>.energyUncertaintyRelative}: recent mean
     * uncertainty of the measured joules of an answer, relative to their mean; {@code NaN} if the
     * meter tells none.
     */
    static final String ENERGY_UNCERTAINTY_RELATIVE = "energyUncertaintyRelative";

    /** The gauges of an SLA or shard. */
    private static final List<SlaGauge<MessPlus>> OF_SLA =
            List.of(
                    new SlaGauge<>(ALPHA, known -> known.sla().alpha()),
                    new SlaGauge<>(Q, known -> known.state().sla().queue.q),
                    new SlaGauge<>(
                            DRIFT, known -> known.state().sla().queue.drift(known.sla().alpha())),
                    new SlaGauge<>(JOULES_PER_SCORE, MessPlus::joulesPerScore),
                    new SlaGauge<>(SCORE, known -> known.state().sla().queue.averageScore()),
                    new SlaGauge<>(SCORE_SUM, known -> known.state().sla().queue.scoreSum),
                    new SlaGauge<>(WINDOW_SCORE, known -> known.state().window().average()),
                    new SlaGauge<>(WINDOW_SCORE_SUM, known -> known.state().window().sum()),
                    new SlaGauge<>(WINDOW_LABELLED, known -> known.state().window().size()),
                    new SlaGauge<>(
                            DEFICIT,
                            known -> known.state().sla().queue.deficit(known.sla().alpha())),
                    new SlaGauge<>(MAX_DEFICIT, known -> known.state().sla().queue.maxDeficit),
                    new SlaGauge<>(SCORE_ESTIMATE, known -> known.scoreInterval().estimate()),
                    new SlaGauge<>(SCORE_LOWER_BOUND, known -> known.scoreInterval().lower()),
                    new SlaGauge<>(SCORE_UPPER_BOUND, known -> known.scoreInterval().upper()),
                    new SlaGauge<>(
                            SETTLED, known -> known.state().sla().confidence.settled.requests),
                    new SlaGauge<>(UNRATED_STREAK, known -> known.state().sla().unratedStreak),
                    new SlaGauge<>(UNRATED_STREAK_LIMIT, MessPlus::longestSilence),
                    new SlaGauge<>(REQUESTS, known -> known.state().sla().t),
                    new SlaGauge<>(IN_FLIGHT, known -> known.state().sla().queue.inFlight),
                    new SlaGauge<>(LABELLED, known -> known.state().sla().queue.labelled),
                    new SlaGauge<>(EXPLORED, known -> known.state().sla().explored),
                    new SlaGauge<>(EXPIRED, known -> known.state().sla().expired),
                    new SlaGauge<>(FAILED, known -> known.state().sla().failed),
                    new SlaGauge<>(ENERGY_JOULES, known -> known.state().sla().joules),
                    new SlaGauge<>(SERVED_JOULES, known -> known.state().sla().servedJoules),
                    new SlaGauge<>(FAILED_JOULES, known -> known.state().sla().failedJoules),
                    new SlaGauge<>(REPEAT_JOULES, known -> known.state().sla().repeatJoules),
                    new SlaGauge<>(
                            EXPLORATION_JOULES, known -> known.state().sla().explorationJoules()));

    /** The gauges of a model of an SLA. {@link #AVAILABLE} is kept as the time from which it is. */
    private static final List<SlaGauge<ModelState>> OF_MODEL =
            List.of(
                    new SlaGauge<>(SERVED, model -> model.served),
                    new SlaGauge<>(FAILURES, model -> model.failures),
                    new SlaGauge<>(AVAILABLE, model -> model.unavailableUntilMillis),
                    new SlaGauge<>(LABELS, model -> model.accuracy.labels),
                    new SlaGauge<>(MEAN_SCORE, model -> model.accuracy.mean),
                    new SlaGauge<>(JOULES_PER_REQUEST, model -> model.energy.typicalJoules()),
                    new SlaGauge<>(ENERGY_ESTIMATED, model -> isEstimate(model) ? 1 : 0),
                    new SlaGauge<>(ENERGY_ERROR_JOULES, model -> model.energy.meanAbsoluteError()),
                    new SlaGauge<>(ENERGY_ERROR_RELATIVE, model -> model.energy.relativeError()),
                    new SlaGauge<>(
                            ENERGY_UNCERTAINTY_RELATIVE,
                            model -> model.energy.relativeUncertainty()));

    private final MetricGroup group;
    private final List<String> zoo;
    private final boolean perSla;
    private final Map<Shard, Shown> shown = new HashMap<>();

    private record SlaGauge<T>(String name, ToDoubleFunction<T> value) {}

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
        Shown known = shown.get(routing.shard());
        if (known == null) {
            known = new Shown(routing.algorithm());
            shown.put(routing.shard(), known);
            register(routing.shard(), known);
        } else {
            known.onHeap = routing.algorithm();
        }
    }

    /** Keeps the last values of an SLA that leaves the heap. */
    void freeze(Routing routing) {
        Shown known = shown.get(routing.shard());
        if (known != null) {
            known.freeze(zoo.size());
        }
    }

    private void register(Shard shard, Shown known) {
        // Without shards too, so that a dashboard needs one name whatever the number of shards.
        MetricGroup slaGroup =
                group.addGroup("sla", shard.sla()).addGroup("shard", String.valueOf(shard.index()));
        List<Gauge<Double>> gauges = known.gauges(zoo.size());
        int next = 0;
        for (SlaGauge<MessPlus> gauge : OF_SLA) {
            slaGroup.gauge(gauge.name(), gauges.get(next++));
        }
        for (String model : zoo) {
            MetricGroup modelGroup = slaGroup.addGroup("model", model);
            for (SlaGauge<ModelState> gauge : OF_MODEL) {
                modelGroup.gauge(gauge.name(), gauges.get(next++));
            }
        }
    }

    /** What the gauges of an SLA show: what is on the heap, or what was there last. */
    private static final class Shown {

        private volatile double[] last = {};
        private volatile MessPlus onHeap;

        Shown(MessPlus onHeap) {
            this.onHeap = onHeap;
        }

        /** One for each of the SLA, and then one for each of its models in turn. */
        List<Gauge<Double>> gauges(int models) {
            List<Gauge<Double>> gauges = new ArrayList<>();
            for (int i = 0; i < size(models); i++) {
                int index = i;
                gauges.add(() -> shown(index));
            }
            return gauges;
        }

        void freeze(int models) {
            double[] values = new double[size(models)];
            for (int i = 0; i < values.length; i++) {
                values[i] = read(onHeap, i);
            }
            last = values;
            onHeap = null;
        }

        private double shown(int index) {
            MessPlus known = onHeap;
            double value = known == null ? last[index] : read(known, index);
            return isAvailability(index) ? availability(value) : value;
        }

        private static int size(int models) {
            return OF_SLA.size() + models * OF_MODEL.size();
        }

        private static double read(MessPlus known, int index) {
            int ofModel = index - OF_SLA.size();
            if (ofModel < 0) {
                return OF_SLA.get(index).value().applyAsDouble(known);
            }
            ModelState model = known.state().models()[ofModel / OF_MODEL.size()];
            return gaugeOfModel(ofModel).value().applyAsDouble(model);
        }

        private static boolean isAvailability(int index) {
            int ofModel = index - OF_SLA.size();
            return ofModel >= 0 && gaugeOfModel(ofModel).name().equals(AVAILABLE);
        }

        private static SlaGauge<ModelState> gaugeOfModel(int ofModel) {
            return OF_MODEL.get(ofModel % OF_MODEL.size());
        }

        private static double availability(double unavailableUntilMillis) {
            return unavailableUntilMillis <= System.currentTimeMillis() ? 1 : 0;
        }
    }

    private static boolean isEstimate(ModelState model) {
        return model.energyEstimated || model.energy.measurements == 0;
    }
}
