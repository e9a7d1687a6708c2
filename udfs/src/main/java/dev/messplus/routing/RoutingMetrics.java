package dev.messplus.routing;

import dev.messplus.core.MessPlus;
import dev.messplus.core.ModelState;
import dev.messplus.core.SlaState;
import dev.messplus.core.VirtualQueue;
import dev.messplus.routing.RoutingState.Routing;
import dev.messplus.routing.Shards.Shard;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * The gauges of the routing, per SLA or shard of one. They come from state, so they survive a
 * failover.
 *
 * <p>Another thread reads the gauges, so they read the heap copy of what is known, never state.
 */
final class RoutingMetrics {

    /** {@code …route.sla.<sla>.q}: the virtual queue Q, in requests. */
    static final String Q = "q";

    /** {@code …route.sla.<sla>.drift}: D of the requests in flight, in requests. */
    static final String DRIFT = "drift";

    /** {@code …route.sla.<sla>.score}: average label of the whole run. */
    static final String SCORE = "score";

    /** {@code …route.sla.<sla>.windowScore}: average label of the sliding window. */
    static final String WINDOW_SCORE = "windowScore";

    /**
     * {@code …route.sla.<sla>.scoreEstimate}: unbiased estimate of the average score of all
     * answers, rated or not.
     */
    static final String SCORE_ESTIMATE = "scoreEstimate";

    /**
     * {@code …route.sla.<sla>.scoreLowerBound}: the average score of all answers is at least this,
     * with 95%.
     */
    static final String SCORE_LOWER_BOUND = "scoreLowerBound";

    /**
     * {@code …route.sla.<sla>.scoreUpperBound}: the average score of all answers is at most this,
     * with 95%.
     */
    static final String SCORE_UPPER_BOUND = "scoreUpperBound";

    /** {@code …route.sla.<sla>.alpha}: the promise. */
    static final String ALPHA = "alpha";

    /** {@code …route.sla.<sla>.deficit}: shortfall of the whole run, in requests. */
    static final String DEFICIT = "deficit";

    /** {@code …route.sla.<sla>.maxDeficit}: the largest deficit so far, in requests. */
    static final String MAX_DEFICIT = "maxDeficit";

    /** {@code …route.sla.<sla>.joulesPerScore}: what a unit of score may cost now, in joules. */
    static final String JOULES_PER_SCORE = "joulesPerScore";

    /** {@code …route.sla.<sla>.requests}: requests decided. */
    static final String REQUESTS = "requests";

    /** {@code …route.sla.<sla>.inFlight}: requests whose accuracy is not known yet. */
    static final String IN_FLIGHT = "inFlight";

    /** {@code …route.sla.<sla>.labelled}: requests whose label is in Q. */
    static final String LABELLED = "labelled";

    /** {@code …route.sla.<sla>.explored}: requests for which more than one model was asked. */
    static final String EXPLORED = "explored";

    /** {@code …route.sla.<sla>.expired}: requests whose label did not arrive in time. */
    static final String EXPIRED = "expired";

    /** {@code …route.sla.<sla>.unratedStreak}: requests that expired since the last label. */
    static final String UNRATED_STREAK = "unratedStreak";

    /**
     * {@code …route.sla.<sla>.unratedStreakLimit}: the streak above which the source of labels is
     * silent, which is worth an alarm.
     */
    static final String UNRATED_STREAK_LIMIT = "unratedStreakLimit";

    /** {@code …route.sla.<sla>.failed}: requests that no model answered. */
    static final String FAILED = "failed";

    /** {@code …route.sla.<sla>.energyJoules}: joules of all calls. */
    static final String ENERGY_JOULES = "energyJoules";

    /** {@code …route.sla.<sla>.servedJoules}: joules of the answers served. */
    static final String SERVED_JOULES = "servedJoules";

    /** {@code …route.sla.<sla>.failedJoules}: joules of calls that returned no answer. */
    static final String FAILED_JOULES = "failedJoules";

    /**
     * {@code …route.sla.<sla>.repeatJoules}: joules of calls for repeats of a request in flight,
     * and for decisions that a failure undid.
     */
    static final String REPEAT_JOULES = "repeatJoules";

    /**
     * {@code …route.sla.<sla>.explorationJoules}: joules of exploration: all joules less the
     * served, failed and repeated ones.
     */
    static final String EXPLORATION_JOULES = "explorationJoules";

    /** {@code …route.sla.<sla>.model.<model>.served}: answers of the model that were served. */
    static final String SERVED = "served";

    /**
     * {@code …route.sla.<sla>.model.<model>.failures}: requests that the model was asked to answer
     * and did not.
     */
    static final String FAILURES = "failures";

    /**
     * {@code …route.sla.<sla>.model.<model>.available}: 1, or 0 while the model is marked
     * unavailable.
     */
    static final String AVAILABLE = "available";

    /** {@code …route.sla.<sla>.model.<model>.labels}: labels that its predictor learned from. */
    static final String LABELS = "labels";

    /** {@code …route.sla.<sla>.model.<model>.meanScore}: mean of those labels. */
    static final String MEAN_SCORE = "meanScore";

    /**
     * {@code …route.sla.<sla>.model.<model>.joulesPerRequest}: recent mean energy of an answer, in
     * joules.
     */
    static final String JOULES_PER_REQUEST = "joulesPerRequest";

    /**
     * {@code …route.sla.<sla>.model.<model>.energyEstimated}: 0 if the last known joules were
     * measured; 1 if they were estimated, or if there are only priors.
     */
    static final String ENERGY_ESTIMATED = "energyEstimated";

    /**
     * {@code …route.sla.<sla>.model.<model>.energyErrorJoules}: recent mean absolute error of the
     * estimates made before the calls, in joules.
     */
    static final String ENERGY_ERROR_JOULES = "energyErrorJoules";

    /**
     * {@code …route.sla.<sla>.model.<model>.energyErrorRelative}: the same, relative to the mean
     * joules.
     */
    static final String ENERGY_ERROR_RELATIVE = "energyErrorRelative";

    private final MetricGroup group;
    private final List<String> zoo;

    RoutingMetrics(MetricGroup group, List<String> zoo) {
        this.group = group;
        this.zoo = zoo;
    }

    /**
     * Registers the gauges of an SLA that was just loaded, over the heap copy of what is known.
     * Those of a shard are beneath a group {@code shard.<index>} of its SLA.
     */
    void watch(Routing routing) {
        Shard shard = routing.shard();
        MetricGroup slaGroup = group.addGroup("sla", shard.sla());
        if (shard.of() > 1) {
            slaGroup = slaGroup.addGroup("shard", String.valueOf(shard.index()));
        }
        watchPromise(slaGroup, routing.algorithm());
        watchConfidence(slaGroup, routing.algorithm());
        watchRequests(slaGroup, routing.algorithm().state().sla());
        watchEnergy(slaGroup, routing.algorithm().state().sla());
        for (int i = 0; i < zoo.size(); i++) {
            watchModel(
                    slaGroup.addGroup("model", zoo.get(i)),
                    routing.algorithm().state().models()[i]);
        }
    }

    private static void watchPromise(MetricGroup group, MessPlus algorithm) {
        VirtualQueue queue = algorithm.state().sla().queue;
        double alpha = algorithm.sla().alpha();
        gauge(group, ALPHA, () -> alpha);
        gauge(group, Q, () -> queue.q);
        gauge(group, DRIFT, () -> queue.drift(alpha));
        gauge(group, JOULES_PER_SCORE, algorithm::joulesPerScore);
        gauge(group, SCORE, queue::averageScore);
        gauge(group, WINDOW_SCORE, algorithm.state().window()::average);
        gauge(group, DEFICIT, () -> queue.deficit(alpha));
        gauge(group, MAX_DEFICIT, () -> queue.maxDeficit);
    }

    private static void watchConfidence(MetricGroup group, MessPlus algorithm) {
        SlaState sla = algorithm.state().sla();
        gauge(group, SCORE_ESTIMATE, () -> algorithm.scoreInterval().estimate());
        gauge(group, SCORE_LOWER_BOUND, () -> algorithm.scoreInterval().lower());
        gauge(group, SCORE_UPPER_BOUND, () -> algorithm.scoreInterval().upper());
        gauge(group, UNRATED_STREAK, () -> sla.unratedStreak);
        gauge(group, UNRATED_STREAK_LIMIT, algorithm::longestSilence);
    }

    private static void watchRequests(MetricGroup group, SlaState sla) {
        gauge(group, REQUESTS, () -> sla.t);
        gauge(group, IN_FLIGHT, () -> sla.queue.inFlight);
        gauge(group, LABELLED, () -> sla.queue.labelled);
        gauge(group, EXPLORED, () -> sla.explored);
        gauge(group, EXPIRED, () -> sla.expired);
        gauge(group, FAILED, () -> sla.failed);
    }

    private static void watchEnergy(MetricGroup group, SlaState sla) {
        gauge(group, ENERGY_JOULES, () -> sla.joules);
        gauge(group, SERVED_JOULES, () -> sla.servedJoules);
        gauge(group, FAILED_JOULES, () -> sla.failedJoules);
        gauge(group, REPEAT_JOULES, () -> sla.repeatJoules);
        gauge(group, EXPLORATION_JOULES, sla::explorationJoules);
    }

    private static void watchModel(MetricGroup group, ModelState model) {
        gauge(group, SERVED, () -> model.served);
        gauge(group, FAILURES, () -> model.failures);
        gauge(group, AVAILABLE, () -> isAvailable(model) ? 1 : 0);
        gauge(group, LABELS, () -> model.accuracy.labels);
        gauge(group, MEAN_SCORE, () -> model.accuracy.mean);
        gauge(group, JOULES_PER_REQUEST, model.energy::typicalJoules);
        gauge(group, ENERGY_ESTIMATED, () -> isEstimate(model) ? 1 : 0);
        gauge(group, ENERGY_ERROR_JOULES, model.energy::meanAbsoluteError);
        gauge(group, ENERGY_ERROR_RELATIVE, model.energy::relativeError);
    }

    private static boolean isEstimate(ModelState model) {
        return model.energyEstimated || model.energy.measurements == 0;
    }

    private static boolean isAvailable(ModelState model) {
        return model.unavailableUntilMillis <= System.currentTimeMillis();
    }

    private static void gauge(MetricGroup group, String name, DoubleSupplier value) {
        group.gauge(name, (Gauge<Double>) value::getAsDouble);
    }
}
