package dev.messplus.infer;

import dev.messplus.energy.EnergyAccount;
import dev.messplus.infer.admission.Admission;
import dev.messplus.infer.admission.ModelPlaces;
import dev.messplus.infer.call.CalledModel;
import dev.messplus.infer.call.ModelStatistics;
import dev.messplus.infer.scoring.ScorerStatistics;
import dev.messplus.infer.scoring.Scoring;
import dev.messplus.metrics.Histograms;
import dev.messplus.metrics.JobMetric;
import dev.messplus.record.Response;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;

/**
 * All metrics of the inference operator: calls per model, energy accounts per device. What counts
 * is a gauge, because calls end on threads that must not touch Flink's counters. Times and joules
 * of answers are histograms that may be updated from any thread.
 *
 * <p>Call metrics count the calls of one subtask since its last start. Device metrics are shared by
 * the whole JVM: every subtask of a TaskManager reports the same values, so aggregate them by
 * maximum, not by sum.
 */
final class InferMetrics {

    private static final double MILLI = 1e3;

    private final MetricGroup group;
    private final ModelZoo zoo;
    private final Set<String> devices = new HashSet<>();
    private final Set<String> errors = new HashSet<>();
    private final Histogram endToEndMillis;
    private boolean allDevicesOpen;

    InferMetrics(MetricGroup group, ModelZoo zoo, Admission admission, Scoring scoring) {
        this.group = group;
        this.zoo = zoo;
        JobMetric.INFER_SPANS_EXPORTED.gauge(group, zoo.tracing()::exported);
        JobMetric.INFER_SPANS_DROPPED.gauge(group, zoo.tracing()::dropped);
        endToEndMillis = JobMetric.END_TO_END_MILLIS.histogram(group, Histograms.recent());
        zoo.models()
                .forEach(
                        (id, model) ->
                                addCalls(group.addGroup("model", id), model, admission.places(id)));
        scoring.statistics().forEach((name, scorer) -> add(group.addGroup("scorer", name), scorer));
        addDevices();
    }

    private static void add(MetricGroup group, ScorerStatistics scorer) {
        JobMetric.SCORER_SCORES.gauge(group, scorer.scores::sum);
        JobMetric.SCORER_UNSCORED.gauge(group, scorer.unscored::sum);
        JobMetric.SCORER_FAILURES.gauge(group, scorer.failures::sum);
        JobMetric.SCORER_UNMETERED.gauge(group, scorer.unmetered::sum);
        JobMetric.SCORER_MILLIS.histogram(group, scorer.millis);
    }

    /** Registers devices that were opened since the last call; runs on the task's thread only. */
    void addDevices() {
        if (allDevicesOpen) {
            return;
        }
        allDevicesOpen = true;
        for (CalledModel model : zoo.models().values()) {
            allDevicesOpen &= model.meter().isOpen();
            for (Supplier<EnergyAccount> account : model.meter().accounts()) {
                String device = account.get().device();
                if (devices.add(device)) {
                    addAccount(group.addGroup("device", device), account);
                }
            }
        }
    }

    /** Registers types of errors that are new since the last call. */
    private void addErrors() {
        zoo.models()
                .forEach(
                        (id, model) ->
                                model.statistics()
                                        .failedAttempts
                                        .ifNewType((type, calls) -> addError(id, type, calls)));
    }

    private void addError(String model, String type, LongAdder calls) {
        if (errors.add(model + " " + type)) {
            JobMetric.MODEL_ERROR_CALLS.gauge(
                    group.addGroup("model", model).addGroup("error", type), calls::sum);
        }
    }

    /**
     * A response is emitted.
     *
     * @param millis how long ago its request was sent, in milliseconds
     */
    void responded(Response response, long millis) {
        endToEndMillis.update(millis);
        addErrors();
        CalledModel model = zoo.models().get(response.model());
        if (model != null && response.energy().isKnown()) {
            model.statistics()
                    .answerMillijoules
                    .update(Math.round(MILLI * response.energy().joules()));
        }
    }

    private static void addCalls(MetricGroup group, CalledModel model, ModelPlaces places) {
        ModelStatistics statistics = model.statistics();
        JobMetric.MODEL_BREAKER_STATE.gauge(group, () -> number(places.breakerState()));
        JobMetric.MODEL_BROKEN_SERVERS.gauge(group, places::brokenServers);
        JobMetric.MODEL_CALLS.gauge(group, statistics.attempts::sum);
        JobMetric.MODEL_ANSWERS.gauge(group, statistics.answers::sum);
        JobMetric.MODEL_CALL_FAILURES.gauge(group, statistics.failedAttempts::sum);
        JobMetric.MODEL_HEDGES.gauge(group, statistics.hedges::sum);
        JobMetric.MODEL_FALLBACKS.gauge(group, statistics.fallbacks::sum);
        JobMetric.MODEL_ENERGY_ASSUMED.gauge(group, statistics.assumed::sum);
        JobMetric.MODEL_METER_OPEN.gauge(group, () -> model.meter().isOpen() ? 1 : 0);
        JobMetric.MODEL_CALL_MILLIS.histogram(group, statistics.callMillis);
        JobMetric.MODEL_SERVER_QUEUE_MILLIS.histogram(group, statistics.serverQueueMillis);
        JobMetric.MODEL_ANSWER_MILLIJOULES.histogram(group, statistics.answerMillijoules);
    }

    private static void addAccount(MetricGroup group, Supplier<EnergyAccount> account) {
        JobMetric.DEVICE_AVAILABLE.gauge(group, () -> account.get().available() ? 1 : 0);
        JobMetric.DEVICE_COUNTER_RESETS.gauge(group, () -> account.get().counterResets());
        JobMetric.DEVICE_WATTS.gauge(group, () -> account.get().watts());
        JobMetric.DEVICE_IDLE_WATTS.gauge(group, () -> account.get().idleWatts());
        JobMetric.DEVICE_COUNTER_PERIOD_MILLIS.gauge(
                group, () -> account.get().counterPeriodMillis());
        JobMetric.DEVICE_JOULES_PER_TOKEN_DRIFT.gauge(
                group, () -> account.get().joulesPerTokenDrift());
        JobMetric.DEVICE_ATTRIBUTED_JOULES.gauge(group, () -> account.get().attributedJoules());
        JobMetric.DEVICE_IN_FLIGHT_JOULES.gauge(group, () -> account.get().inFlightJoules());
        JobMetric.DEVICE_IDLE_JOULES.gauge(group, () -> account.get().idleJoules());
        JobMetric.DEVICE_OTHER_CLIENTS_JOULES.gauge(
                group, () -> account.get().otherClientsJoules());
        JobMetric.DEVICE_UNMETERED_JOULES.gauge(group, () -> account.get().unmeteredJoules());
    }

    private static long number(CircuitBreaker.State state) {
        return switch (state) {
            case OPEN, FORCED_OPEN -> 2;
            case HALF_OPEN -> 1;
            default -> 0;
        };
    }
}
