package dev.messplus.metrics;

import static dev.messplus.metrics.JobMetric.Type.COUNTER;
import static dev.messplus.metrics.JobMetric.Type.GAUGE;
import static dev.messplus.metrics.JobMetric.Type.HISTOGRAM;
import static dev.messplus.metrics.MetricScope.DEVICE;
import static dev.messplus.metrics.MetricScope.EMBED;
import static dev.messplus.metrics.MetricScope.INFER;
import static dev.messplus.metrics.MetricScope.MODEL;
import static dev.messplus.metrics.MetricScope.MODEL_ERROR;
import static dev.messplus.metrics.MetricScope.PARSE;
import static dev.messplus.metrics.MetricScope.ROUTE;
import static dev.messplus.metrics.MetricScope.SCORER;
import static dev.messplus.metrics.MetricScope.SLA;
import static dev.messplus.metrics.MetricScope.SLA_MODEL;

import java.util.Arrays;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * Every metric of the job: what it is of, its type and its name. docs/metrics.md states the unit
 * and the meaning of each; a test holds that it lists all of them. Those of an SLA and its models
 * come from state; all others begin anew with each start of the job.
 */
public enum JobMetric {
    SLA_ALPHA(SLA, GAUGE, "alpha"),
    SLA_SCORE(SLA, GAUGE, "score"),
    SLA_SCORE_SUM(SLA, GAUGE, "scoreSum"),
    SLA_WINDOW_SCORE(SLA, GAUGE, "windowScore"),
    SLA_WINDOW_SCORE_SUM(SLA, GAUGE, "windowScoreSum"),
    SLA_WINDOW_LABELLED(SLA, GAUGE, "windowLabelled"),
    SLA_SCORE_ESTIMATE(SLA, GAUGE, "scoreEstimate"),
    SLA_SCORE_LOWER_BOUND(SLA, GAUGE, "scoreLowerBound"),
    SLA_SCORE_UPPER_BOUND(SLA, GAUGE, "scoreUpperBound"),
    SLA_SETTLED(SLA, GAUGE, "settled"),
    SLA_UNRATED_STREAK(SLA, GAUGE, "unratedStreak"),
    SLA_UNRATED_STREAK_LIMIT(SLA, GAUGE, "unratedStreakLimit"),
    SLA_Q(SLA, GAUGE, "q"),
    SLA_MAX_Q(SLA, GAUGE, "maxQ"),
    SLA_TOLERATED_REQUESTS(SLA, GAUGE, "toleratedRequests"),
    SLA_DRIFT(SLA, GAUGE, "drift"),
    SLA_DEFICIT(SLA, GAUGE, "deficit"),
    SLA_MAX_DEFICIT(SLA, GAUGE, "maxDeficit"),
    SLA_JOULES_PER_SCORE(SLA, GAUGE, "joulesPerScore"),
    SLA_REQUESTS(SLA, GAUGE, "requests"),
    SLA_IN_FLIGHT(SLA, GAUGE, "inFlight"),
    SLA_LABELLED(SLA, GAUGE, "labelled"),
    SLA_EXPIRED(SLA, GAUGE, "expired"),
    SLA_EXPLORED(SLA, GAUGE, "explored"),
    SLA_FAILED(SLA, GAUGE, "failed"),
    SLA_ENERGY_JOULES(SLA, GAUGE, "energyJoules"),
    SLA_SERVED_JOULES(SLA, GAUGE, "servedJoules"),
    SLA_PLANNED_JOULES(SLA, GAUGE, "plannedJoules"),
    SLA_EXPLORATION_JOULES(SLA, GAUGE, "explorationJoules"),
    SLA_FAILED_JOULES(SLA, GAUGE, "failedJoules"),
    SLA_SCORING_JOULES(SLA, GAUGE, "scoringJoules"),
    SLA_REPEAT_JOULES(SLA, GAUGE, "repeatJoules"),
    SLA_AUDITS_DRAWN(SLA, GAUGE, "auditsDrawn"),
    SLA_AUDITS_ANSWERED(SLA, GAUGE, "auditsAnswered"),
    SLA_AUDITS_UNANSWERED(SLA, GAUGE, "auditsUnanswered"),
    SLA_JUDGE_SLOPE(SLA, GAUGE, "judgeSlope"),
    SLA_JUDGE_SLOPE_DEVIATION(SLA, GAUGE, "judgeSlopeDeviation"),
    SLA_JUDGE_USELESS_PROBABILITY(SLA, GAUGE, "judgeUselessProbability"),
    SLA_MOST_EXPENSIVE_JOULES_ESTIMATE(SLA, GAUGE, "mostExpensiveJoulesEstimate"),
    SLA_STATIC_MIX_JOULES_ESTIMATE(SLA, GAUGE, "staticMixJoulesEstimate"),
    SLA_REACHABLE_SCORE_ESTIMATE(SLA, GAUGE, "reachableScoreEstimate"),

    SLA_MODEL_SERVED(SLA_MODEL, GAUGE, "served"),
    SLA_MODEL_FAILURES(SLA_MODEL, GAUGE, "failures"),
    SLA_MODEL_AVAILABLE(SLA_MODEL, GAUGE, "available"),
    SLA_MODEL_LABELS(SLA_MODEL, GAUGE, "labels"),
    SLA_MODEL_MEAN_SCORE(SLA_MODEL, GAUGE, "meanScore"),
    SLA_MODEL_JUDGE_BIAS(SLA_MODEL, GAUGE, "judgeBias"),
    SLA_MODEL_JUDGE_BIAS_DEVIATION(SLA_MODEL, GAUGE, "judgeBiasDeviation"),
    SLA_MODEL_JOULES_PER_REQUEST(SLA_MODEL, GAUGE, "joulesPerRequest"),
    SLA_MODEL_PRICE_JOULES(SLA_MODEL, GAUGE, "priceJoules"),
    SLA_MODEL_ENERGY_ESTIMATED(SLA_MODEL, GAUGE, "energyEstimated"),
    SLA_MODEL_ENERGY_ERROR_JOULES(SLA_MODEL, GAUGE, "energyErrorJoules"),
    SLA_MODEL_ENERGY_ERROR_RELATIVE(SLA_MODEL, GAUGE, "energyErrorRelative"),
    SLA_MODEL_ENERGY_UNCERTAINTY_RELATIVE(SLA_MODEL, GAUGE, "energyUncertaintyRelative"),

    FEEDBACK_UNMATCHED(ROUTE, COUNTER, "feedbackUnmatched"),
    FEEDBACK_DUPLICATE(ROUTE, COUNTER, "feedbackDuplicate"),
    FEEDBACK_UNEXPECTED(ROUTE, COUNTER, "feedbackUnexpected"),
    FEEDBACK_STALE(ROUTE, COUNTER, "feedbackStale"),
    FEEDBACK_UNBOOKED(ROUTE, COUNTER, "feedbackUnbooked"),
    REQUESTS_REPEATED(ROUTE, COUNTER, "requestsRepeated"),
    LABEL_MILLIS(ROUTE, HISTOGRAM, "labelMillis"),

    DEAD_LETTERS(PARSE, COUNTER, "deadLetters"),
    RECORDS_DROPPED(PARSE, COUNTER, "recordsDropped"),
    UNKNOWN_FIELDS(PARSE, COUNTER, "unknownFields"),
    HEADERS_DROPPED(PARSE, COUNTER, "headersDropped"),

    EMBEDDING_FAILURES(EMBED, COUNTER, "embeddingFailures"),
    EMBEDDING_MICROS(EMBED, HISTOGRAM, "embeddingMicros"),

    INFER_IN_FLIGHT(INFER, GAUGE, "inFlight"),
    INFER_MAX_IN_FLIGHT(INFER, GAUGE, "maxInFlight"),
    INFER_IN_FLIGHT_BYTES(INFER, GAUGE, "inFlightBytes"),
    INFER_MAX_IN_FLIGHT_BYTES(INFER, GAUGE, "maxInFlightBytes"),
    INFER_EXPIRED(INFER, COUNTER, "expired"),
    END_TO_END_MILLIS(INFER, HISTOGRAM, "endToEndMillis"),
    INFER_SPANS_EXPORTED(INFER, GAUGE, "spansExported"),
    INFER_SPANS_DROPPED(INFER, GAUGE, "spansDropped"),

    MODEL_IN_FLIGHT(MODEL, GAUGE, "inFlight"),
    MODEL_MAX_IN_FLIGHT(MODEL, GAUGE, "maxInFlight"),
    MODEL_WAITING(MODEL, GAUGE, "waiting"),
    MODEL_SERVER_WAITING(MODEL, GAUGE, "serverWaiting"),
    MODEL_BREAKER_STATE(MODEL, GAUGE, "breakerState"),
    MODEL_BROKEN_SERVERS(MODEL, GAUGE, "brokenServers"),
    MODEL_CALLS(MODEL, GAUGE, "calls"),
    MODEL_ANSWERS(MODEL, GAUGE, "answers"),
    MODEL_CALL_FAILURES(MODEL, GAUGE, "callFailures"),
    MODEL_HEDGES(MODEL, GAUGE, "hedges"),
    MODEL_FALLBACKS(MODEL, GAUGE, "fallbacks"),
    MODEL_ENERGY_ASSUMED(MODEL, GAUGE, "energyAssumed"),
    MODEL_METER_OPEN(MODEL, GAUGE, "meterOpen"),
    MODEL_QUEUE_MILLIS(MODEL, HISTOGRAM, "queueMillis"),
    MODEL_CALL_MILLIS(MODEL, HISTOGRAM, "callMillis"),
    MODEL_SERVER_QUEUE_MILLIS(MODEL, HISTOGRAM, "serverQueueMillis"),
    MODEL_ANSWER_MILLIJOULES(MODEL, HISTOGRAM, "answerMillijoules"),

    MODEL_ERROR_CALLS(MODEL_ERROR, GAUGE, "failedCalls"),

    SCORER_SCORES(SCORER, GAUGE, "scores"),
    SCORER_UNSCORED(SCORER, GAUGE, "unscored"),
    SCORER_FAILURES(SCORER, GAUGE, "failures"),
    SCORER_UNMETERED(SCORER, GAUGE, "unmeteredCalls"),
    SCORER_MILLIS(SCORER, HISTOGRAM, "scoreMillis"),

    DEVICE_AVAILABLE(DEVICE, GAUGE, "available"),
    DEVICE_WATTS(DEVICE, GAUGE, "watts"),
    DEVICE_IDLE_WATTS(DEVICE, GAUGE, "idleWatts"),
    DEVICE_COUNTER_PERIOD_MILLIS(DEVICE, GAUGE, "counterPeriodMillis"),
    DEVICE_JOULES_PER_TOKEN_DRIFT(DEVICE, GAUGE, "joulesPerTokenDrift"),
    DEVICE_ATTRIBUTED_JOULES(DEVICE, GAUGE, "attributedJoules"),
    DEVICE_IN_FLIGHT_JOULES(DEVICE, GAUGE, "inFlightJoules"),
    DEVICE_IDLE_JOULES(DEVICE, GAUGE, "idleJoules"),
    DEVICE_OTHER_CLIENTS_JOULES(DEVICE, GAUGE, "otherClientsJoules"),
    DEVICE_UNMETERED_JOULES(DEVICE, GAUGE, "unmeteredJoules"),
    DEVICE_COUNTER_RESETS(DEVICE, GAUGE, "counterResets");

    private final MetricScope scope;
    private final Type type;
    private final String name;

    /** Types of Flink's metrics. */
    public enum Type {
        GAUGE,
        COUNTER,
        HISTOGRAM
    }

    JobMetric(MetricScope scope, Type type, String name) {
        this.scope = scope;
        this.type = type;
        this.name = name;
    }

    /** What it is of. */
    public MetricScope scope() {
        return scope;
    }

    public Type type() {
        return type;
    }

    /** Its name below its scope. */
    public String metricName() {
        return name;
    }

    /** Its name in Prometheus. */
    public String prometheusName() {
        return scope.prometheusPrefix() + metricName();
    }

    /**
     * A metric with this name, if there is one.
     *
     * @param name its name below the operator, such as {@code model.small.calls}
     */
    public static Optional<JobMetric> find(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(metric -> last.equals(metric.metricName()))
                .filter(metric -> metric.scope.contains(name))
                .findFirst();
    }

    /** Registers the gauge in the group of its scope. */
    public void gauge(MetricGroup group, Gauge<?> gauge) {
        group.gauge(nameOf(Type.GAUGE), gauge);
    }

    /** Registers the counter in the group of its scope. */
    public Counter counter(MetricGroup group) {
        return group.counter(nameOf(Type.COUNTER));
    }

    /** Registers the histogram in the group of its scope, and returns it. */
    public Histogram histogram(MetricGroup group, Histogram histogram) {
        return group.histogram(nameOf(Type.HISTOGRAM), histogram);
    }

    private String nameOf(Type registered) {
        if (registered != type) {
            throw new IllegalStateException(this + " is a " + type + ", not a " + registered);
        }
        return name;
    }
}
