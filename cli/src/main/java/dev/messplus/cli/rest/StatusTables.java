package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders the state of a cluster as tables for the console. */
public final class StatusTables {

    private static final Cells CELLS = new Cells(Figures.UNKNOWN);

    /** The state of a circuit breaker that lets no call through. */
    private static final String OPEN = "open";

    /** What is shown of a job whose source has no connection. */
    static final String NO_BROKER =
            "Kafka: no connection to a broker; the job waits, and continues when there is one";

    private StatusTables() {}

    /** A line about the cluster, then its jobs, their SLAs and models; ends with a newline. */
    public static String render(ClusterView cluster) {
        List<String> parts = new ArrayList<>();
        parts.add(
                "%s: Flink %s, %s, %s, %d of them free"
                        .formatted(
                                cluster.url(),
                                cluster.flinkVersion(),
                                count(cluster.taskManagers(), "TaskManager"),
                                count(cluster.slots(), "slot"),
                                cluster.freeSlots()));
        if (cluster.jobs().isEmpty()) {
            parts.add("No MESS+ job is running.");
        } else {
            parts.add(jobs(cluster.jobs()));
        }
        for (JobView job : cluster.jobs()) {
            String of = cluster.jobs().size() == 1 ? "" : "Job " + job.id() + "\n\n";
            if (job.isWithoutBroker()) {
                parts.add(of + NO_BROKER);
            }
            if (job.checkpointLine() != null) {
                parts.add(of + job.checkpointLine());
            }
            if (job.failure() != null) {
                parts.add(of + "Last failure: " + job.failure());
            }
            if (!job.slas().isEmpty()) {
                parts.add(of + slas(job.slas()));
                notes(job.slas()).ifPresent(parts::add);
                parts.add(models(job));
                if (!job.calls().isEmpty()) {
                    parts.add(calls(job.calls()));
                }
                errors(job).ifPresent(parts::add);
                Optional.ofNullable(job.unused())
                        .flatMap(UnusedRecords::text)
                        .ifPresent(parts::add);
                if (job.slas().stream().anyMatch(SlaView::energyEstimated)) {
                    parts.add("~ estimated, not measured");
                }
            }
        }
        return String.join("\n\n", parts) + "\n";
    }

    private static String jobs(List<JobView> jobs) {
        return Tables.render(
                jobs,
                List.of(
                        Tables.text("job", JobView::id),
                        Tables.text("name", JobView::name),
                        Tables.text("state", JobView::state),
                        Tables.number("tasks", j -> j.runningTasks() + "/" + j.tasks()),
                        Tables.number("up for", j -> CELLS.duration(j.uptimeMillis())),
                        Tables.number("restarts", j -> CELLS.count(j.restarts())),
                        Tables.text("last checkpoint", j -> CELLS.checkpoint(j.checkpoint()))));
    }

    private static String slas(List<SlaView> slas) {
        return Tables.render(
                slas,
                List.of(
                        Tables.text("sla", SlaView::name),
                        Tables.number("alpha", s -> CELLS.score(s.alpha())),
                        Tables.number("score", s -> CELLS.score(s.score())),
                        Tables.number("window\nscore", s -> CELLS.score(s.windowScore())),
                        Tables.number("q", s -> CELLS.queue(s.q())),
                        Tables.number("deficit", s -> CELLS.queue(s.deficit())),
                        Tables.number("requests", s -> CELLS.count(s.requests())),
                        Tables.number("awaiting\nlabel", s -> CELLS.count(s.inFlight())),
                        Tables.number(
                                "J/request",
                                s -> CELLS.joules(s.joulesPerRequest(), s.energyEstimated())),
                        Tables.number("expired", s -> CELLS.count(s.expired())),
                        Tables.number("failed", s -> CELLS.count(s.failed()))));
    }

    /** Lines on each SLA of which there is something to say. */
    private static Optional<String> notes(List<SlaView> slas) {
        List<String> lines =
                slas.stream()
                        .flatMap(
                                sla ->
                                        Stream.of(
                                                new PromiseLine(sla).text(),
                                                new JudgeLine(sla).text(),
                                                new SavingLine(sla).text(),
                                                new RepeatLine(sla).text()))
                        .flatMap(Optional::stream)
                        .toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    private static String models(JobView job) {
        Set<String> open =
                job.calls().stream()
                        .filter(calls -> OPEN.equals(calls.breaker()))
                        .map(CallsView::model)
                        .collect(Collectors.toSet());
        List<Row> rows = new ArrayList<>();
        for (SlaView sla : job.slas()) {
            for (ModelView model : sla.models()) {
                rows.add(new Row(sla.name(), model, open.contains(model.name())));
            }
        }
        return Tables.render(
                rows,
                List.of(
                        Tables.text("sla", Row::sla),
                        Tables.text("model", r -> r.model().name()),
                        Tables.number("served", r -> CELLS.share(r.model().servedShare())),
                        Tables.number("mean\nscore", r -> CELLS.score(r.model().meanScore())),
                        Tables.number(
                                "J/request",
                                r ->
                                        CELLS.joules(
                                                r.model().joulesPerRequest(),
                                                r.model().energyEstimated())),
                        Tables.number(
                                "price, J", r -> CELLS.joules(r.model().priceJoules(), false)),
                        Tables.number(
                                "uncertainty", r -> CELLS.share(r.model().energyUncertainty())),
                        Tables.number("available", StatusTables::available)));
    }

    private static String calls(List<CallsView> calls) {
        return Tables.render(
                calls,
                List.of(
                        Tables.text("model", CallsView::model),
                        Tables.number("calls\nin flight", CELLS::inFlight),
                        Tables.number("in server's\nqueue", c -> CELLS.count(c.serverWaiting())),
                        Tables.number("waiting\nin job", c -> CELLS.count(c.waiting()))));
    }

    /** Why calls failed, of each model that is not called now. */
    private static Optional<String> errors(JobView job) {
        String lines =
                job.calls().stream()
                        .filter(calls -> OPEN.equals(calls.breaker()) && !calls.errors().isEmpty())
                        .map(StatusTables::errors)
                        .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines);
    }

    private static String errors(CallsView calls) {
        return calls.errors().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(error -> error.getKey() + " (" + CELLS.count(error.getValue()) + ")")
                .collect(
                        Collectors.joining(
                                ", ", calls.model() + ": breaker open; calls failed with ", ""));
    }

    private record Row(String sla, ModelView model, boolean breakerOpen) {}

    private static String available(Row row) {
        if (row.breakerOpen()) {
            return "breaker open";
        }
        Boolean available = row.model().available();
        return available == null ? Figures.UNKNOWN : available ? "yes" : "no";
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
