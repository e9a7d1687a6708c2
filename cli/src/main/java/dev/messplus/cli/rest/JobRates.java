package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a job did between two readings of its state: differences of what it counts. Components that
 * are not known are null, as of what was not there before, or of what began again.
 *
 * @param seconds between the two readings; null if there is only one
 * @param slas those of {@link JobView#slas}, in the same order
 * @param models those of {@link JobView#calls}, in the same order
 * @param tasks those of {@link JobView#taskTimes}, in the same order
 */
public record JobRates(
        Double seconds, List<SlaRates> slas, List<ModelRates> models, List<TaskRates> tasks) {

    /**
     * What an SLA, or a shard of one, did.
     *
     * @param requestsPerSecond requests decided
     * @param joulesPerRequest joules of all calls, but for those of repeats, over the requests that
     *     were decided and did not fail
     */
    public record SlaRates(String name, Double requestsPerSecond, Double joulesPerRequest) {}

    /**
     * What a model did for all SLAs.
     *
     * @param servedShare its share of the answers served, in [0, 1]
     * @param answersPerSecond requests that it answered, whether its answer was served or not
     * @param failuresPerSecond calls without an answer
     */
    public record ModelRates(
            String name, Double servedShare, Double answersPerSecond, Double failuresPerSecond) {}

    /**
     * How a task spent its time, on average over its subtasks.
     *
     * @param busy share of the time that it worked, in [0, 1]
     * @param backPressured share of the time that it waited for those after it, in [0, 1]
     */
    public record TaskRates(String name, Double busy, Double backPressured) {}

    /** The rates while there is only one reading: nothing is known. */
    static JobRates unknown(JobView now) {
        return between(now, now, null);
    }

    /**
     * The rates between two readings of a job that did not restart in between.
     *
     * @param seconds between them; null if they are not known to be apart
     */
    static JobRates between(JobView before, JobView now, Double seconds) {
        Map<String, SlaView> slas = byName(before.slas(), SlaView::name);
        Map<String, CallsView> calls = byName(before.calls(), CallsView::model);
        Map<String, TaskView> tasks = byName(before.taskTimes(), TaskView::name);
        Map<String, Double> served = seconds == null ? Map.of() : newlyServed(before, now);
        return new JobRates(
                seconds,
                now.slas().stream().map(sla -> rates(slas.get(sla.name()), sla, seconds)).toList(),
                now.calls().stream()
                        .map(model -> rates(calls.get(model.model()), model, served, seconds))
                        .toList(),
                now.taskTimes().stream()
                        .map(task -> rates(tasks.get(task.name()), task, seconds))
                        .toList());
    }

    private static SlaRates rates(SlaView before, SlaView now, Double seconds) {
        Double requests = grown(before, now, SlaView::requests);
        Double failed = grown(before, now, SlaView::failed);
        Double joules = grown(before, now, SlaView::energyJoules);
        Double answered = requests == null || failed == null ? null : (Double) (requests - failed);
        return new SlaRates(
                now.name(),
                over(requests, seconds),
                seconds == null ? null : over(joules, answered));
    }

    private static ModelRates rates(
            CallsView before, CallsView now, Map<String, Double> served, Double seconds) {
        Double all = served.values().stream().reduce(0.0, Double::sum);
        Double answers = served.get(now.model());
        return new ModelRates(
                now.model(),
                answers == null || answers < 0 ? null : over(answers, all),
                over(grown(before, now, CallsView::answers), seconds),
                over(grown(before, now, CallsView::callFailures), seconds));
    }

    private static TaskRates rates(TaskView before, TaskView now, Double seconds) {
        Double millis = seconds == null ? null : (Double) (1e3 * seconds * now.subtasks());
        return new TaskRates(
                now.name(),
                share(change(before, now, TaskView::busyMillis), millis),
                share(change(before, now, TaskView::backPressuredMillis), millis));
    }

    /** Flink measures the times one after the other, so a change may be below 0 or above all. */
    private static Double share(Double millis, Double ofMillis) {
        Double share = over(millis, ofMillis);
        return share == null ? null : (Double) Math.min(1, Math.max(0, share));
    }

    private static Double over(Double part, Double whole) {
        return part == null || whole == null || whole <= 0 ? null : (Double) (part / whole);
    }

    /** How much a counter grew; null if it is not known, or began again. */
    private static <T> Double grown(T before, T now, Function<T, ? extends Number> count) {
        Double change = change(before, now, count);
        return change == null || change < 0 ? null : change;
    }

    private static <T> Double change(T before, T now, Function<T, ? extends Number> value) {
        Number then = before == null ? null : value.apply(before);
        Number today = value.apply(now);
        return then == null || today == null
                ? null
                : (Double) (today.doubleValue() - then.doubleValue());
    }

    private static <T> Map<String, T> byName(List<T> views, Function<T, String> name) {
        return views.stream().collect(Collectors.toMap(name, view -> view, (one, other) -> one));
    }

    /** The answers of each model that were served between two readings, over all SLAs. */
    private static Map<String, Double> newlyServed(JobView before, JobView now) {
        Map<String, Double> then = served(before);
        Map<String, Double> served = new HashMap<>(served(now));
        served.keySet().retainAll(then.keySet());
        served.replaceAll((model, answers) -> answers - then.get(model));
        return served;
    }

    private static Map<String, Double> served(JobView job) {
        return job.slas().stream()
                .filter(sla -> sla.shard() == null)
                .flatMap(sla -> sla.models().stream())
                .filter(model -> model.served() != null)
                .collect(
                        Collectors.groupingBy(
                                ModelView::name, Collectors.summingDouble(ModelView::served)));
    }
}
