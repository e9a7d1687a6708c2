package dev.messplus.cli.rest;

import dev.messplus.cli.rest.JobRates.ModelRates;
import dev.messplus.cli.rest.JobRates.SlaRates;
import dev.messplus.cli.rest.JobRates.TaskRates;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Renders what a job does now as the frames of {@code mess top}. */
public final class TopTables {

    private static final Cells CELLS = new Cells("-");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    /** Below it, the share of a task's time does not matter. */
    private static final double SHARE_OF_NOTE = 0.01;

    private record SlaRow(SlaView sla, SlaRates rates) {}

    private record ModelRow(CallsView calls, ModelRates rates, boolean estimated) {}

    private TopTables() {}

    /**
     * Lines about the job, then its SLAs and its models; ends with a newline.
     *
     * @param time of the day that the state is of
     */
    public static String render(TopView view, LocalTime time) {
        List<String> parts = new ArrayList<>();
        parts.add(String.join("\n", job(view, time)));
        List<SlaRow> slas = slas(view);
        if (!slas.isEmpty()) {
            parts.add(slaTable(slas));
        }
        List<ModelRow> models = models(view);
        if (!models.isEmpty()) {
            parts.add(modelTable(models));
        }
        return String.join("\n\n", parts) + "\n";
    }

    private static List<String> job(TopView view, LocalTime time) {
        JobView job = view.job();
        List<String> lines = new ArrayList<>();
        lines.add(
                "%s  %s (%s): %s, %d/%d tasks, up for %s, %s restarts"
                        .formatted(
                                time.format(TIME),
                                job.name(),
                                job.id().substring(0, Math.min(8, job.id().length())),
                                job.state(),
                                job.runningTasks(),
                                job.tasks(),
                                CELLS.duration(job.uptimeMillis()),
                                CELLS.count(job.restarts())));
        lines.add(
                "Last checkpoint: %s; %s failed"
                        .formatted(
                                CELLS.checkpoint(job.checkpoint()),
                                CELLS.count(job.failedCheckpoints())));
        lines.add(
                "Requests on Kafka that are not read yet: %s"
                        .formatted(CELLS.count(job.backlog())));
        if (job.isWithoutBroker()) {
            lines.add(StatusTables.NO_BROKER);
        }
        Optional.ofNullable(job.checkpointLine()).ifPresent(lines::add);
        Optional.ofNullable(job.unused()).flatMap(UnusedRecords::text).ifPresent(lines::add);
        lines.add("Busy: " + tasks(view.rates(), TaskRates::busy));
        lines.add("Back pressure: " + tasks(view.rates(), TaskRates::backPressured));
        lines.add(
                view.rates().seconds() == null
                        ? "Rates are not known yet."
                        : "Rates are of the last %s."
                                .formatted(
                                        Figures.duration(
                                                Duration.ofMillis(
                                                        Math.round(
                                                                1e3 * view.rates().seconds())))));
        if (job.failure() != null) {
            lines.add("Last failure: " + job.failure());
        }
        return lines;
    }

    private static String tasks(JobRates rates, Function<TaskRates, Double> share) {
        if (rates.tasks().stream().allMatch(task -> share.apply(task) == null)) {
            return CELLS.unknown();
        }
        String notable =
                rates.tasks().stream()
                        .filter(
                                task ->
                                        share.apply(task) != null
                                                && share.apply(task) >= SHARE_OF_NOTE)
                        .map(task -> task.name() + " " + CELLS.share(share.apply(task)))
                        .collect(Collectors.joining(", "));
        return notable.isEmpty() ? "none" : notable;
    }

    /**
     * SLAs with shards as a whole only. What matters most is on the left: a terminal may be narrow.
     */
    private static List<SlaRow> slas(TopView view) {
        List<SlaView> slas = view.job().slas();
        return IntStream.range(0, slas.size())
                .filter(i -> slas.get(i).shard() == null)
                .mapToObj(i -> new SlaRow(slas.get(i), view.rates().slas().get(i)))
                .toList();
    }

    private static String slaTable(List<SlaRow> rows) {
        return Tables.render(
                rows,
                List.of(
                        Tables.text("sla", r -> r.sla().name()),
                        Tables.number("alpha", r -> CELLS.score(r.sla().alpha())),
                        Tables.number("mean\nscore", r -> CELLS.score(r.sla().scoreEstimate())),
                        Tables.number("least\n(95%)", r -> CELLS.score(r.sla().scoreLowerBound())),
                        Tables.number("q", r -> CELLS.queue(r.sla().q())),
                        Tables.number("awaiting\nlabel", r -> CELLS.count(r.sla().inFlight())),
                        Tables.number(
                                "requests\nper s", r -> CELLS.rate(r.rates().requestsPerSecond())),
                        Tables.number(
                                "J per\nrequest",
                                r ->
                                        CELLS.joules(
                                                r.rates().joulesPerRequest(),
                                                r.sla().energyEstimated())),
                        Tables.number(
                                "vs mix\n(est.)",
                                r ->
                                        CELLS.change(
                                                r.sla().joulesPerRequest(),
                                                r.sla().staticMixJoulesEstimate())),
                        Tables.number(
                                "vs max\n(est.)",
                                r ->
                                        CELLS.change(
                                                r.sla().joulesPerRequest(),
                                                r.sla().mostExpensiveJoulesEstimate())),
                        Tables.number("window\nscore", r -> CELLS.score(r.sla().windowScore()))));
    }

    private static List<ModelRow> models(TopView view) {
        List<CallsView> calls = view.job().calls();
        return IntStream.range(0, calls.size())
                .mapToObj(
                        i ->
                                new ModelRow(
                                        calls.get(i),
                                        view.rates().models().get(i),
                                        isEstimated(calls.get(i).model(), view.job())))
                .toList();
    }

    private static boolean isEstimated(String model, JobView job) {
        return job.slas().stream()
                .flatMap(sla -> sla.models().stream())
                .anyMatch(view -> view.name().equals(model) && view.energyEstimated());
    }

    private static String modelTable(List<ModelRow> rows) {
        return Tables.render(
                rows,
                List.of(
                        Tables.text("model", r -> r.calls().model()),
                        Tables.number("served", r -> CELLS.share(r.rates().servedShare())),
                        Tables.number(
                                "answers\nper s", r -> CELLS.rate(r.rates().answersPerSecond())),
                        Tables.number(
                                "J per\nanswer",
                                r -> CELLS.joules(r.calls().answerJoules(), r.estimated())),
                        Tables.number("in flight", r -> CELLS.inFlight(r.calls())),
                        Tables.number(
                                "breaker",
                                r ->
                                        r.calls().breaker() == null
                                                ? CELLS.unknown()
                                                : r.calls().breaker()),
                        Tables.number(
                                "errors\nper s", r -> CELLS.rate(r.rates().failuresPerSecond())),
                        Tables.number("mean\nlatency", r -> CELLS.latency(r.calls().callMillis())),
                        Tables.number(
                                "in server's\nqueue", r -> CELLS.count(r.calls().serverWaiting())),
                        Tables.number("waiting\nin job", r -> CELLS.count(r.calls().waiting()))));
    }
}
