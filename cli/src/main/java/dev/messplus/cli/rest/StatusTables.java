package dev.messplus.cli.rest;

import dev.messplus.cli.rest.SlaView.ModelView;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Renders the state of a cluster as tables for the console. */
public final class StatusTables {

    private static final String ESTIMATED = "~";

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
            if (job.failure() != null) {
                parts.add(of + "Last failure: " + job.failure());
            }
            if (!job.slas().isEmpty()) {
                parts.add(of + slas(job.slas()));
                notes(job.slas()).ifPresent(parts::add);
                parts.add(models(job.slas()));
                if (job.slas().stream().anyMatch(SlaView::energyEstimated)) {
                    parts.add(ESTIMATED + " estimated, not measured");
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
                        Tables.number("up for", j -> duration(j.uptimeMillis())),
                        Tables.number("restarts", j -> count(j.restarts())),
                        Tables.text("last checkpoint", StatusTables::checkpoint)));
    }

    private static String slas(List<SlaView> slas) {
        return Tables.render(
                slas,
                List.of(
                        Tables.text("sla", SlaView::name),
                        Tables.number("alpha", s -> Figures.score(known(s.alpha()))),
                        Tables.number("score", s -> Figures.score(known(s.score()))),
                        Tables.number("window\nscore", s -> Figures.score(known(s.windowScore()))),
                        Tables.number("q", s -> queue(s.q())),
                        Tables.number("deficit", s -> queue(s.deficit())),
                        Tables.number("requests", s -> count(s.requests())),
                        Tables.number("awaiting\nlabel", s -> count(s.inFlight())),
                        Tables.number(
                                "J/request",
                                s -> joules(s.joulesPerRequest(), s.energyEstimated())),
                        Tables.number("expired", s -> count(s.expired())),
                        Tables.number("failed", s -> count(s.failed()))));
    }

    /** Lines on each SLA of which there is something to say. */
    private static Optional<String> notes(List<SlaView> slas) {
        List<String> lines =
                slas.stream()
                        .flatMap(
                                sla ->
                                        Stream.of(
                                                new PromiseLine(sla).text(),
                                                new SavingLine(sla).text()))
                        .flatMap(Optional::stream)
                        .toList();
        return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", lines));
    }

    private static String models(List<SlaView> slas) {
        List<Row> rows = new ArrayList<>();
        slas.forEach(sla -> sla.models().forEach(model -> rows.add(new Row(sla.name(), model))));
        return Tables.render(
                rows,
                List.of(
                        Tables.text("sla", Row::sla),
                        Tables.text("model", r -> r.model().name()),
                        Tables.number("served", r -> Figures.share(known(r.model().servedShare()))),
                        Tables.number(
                                "mean\nscore", r -> Figures.score(known(r.model().meanScore()))),
                        Tables.number(
                                "J/request",
                                r ->
                                        joules(
                                                r.model().joulesPerRequest(),
                                                r.model().energyEstimated())),
                        Tables.number(
                                "uncertainty",
                                r -> Figures.share(known(r.model().energyUncertainty()))),
                        Tables.number("available", r -> available(r.model().available()))));
    }

    private record Row(String sla, ModelView model) {}

    private static String checkpoint(JobView job) {
        JobView.Checkpoint checkpoint = job.checkpoint();
        return checkpoint == null
                ? "none yet"
                : "%s ago, %s, took %s"
                        .formatted(
                                duration(checkpoint.ageMillis()),
                                Figures.bytes(checkpoint.bytes()),
                                Figures.latency(checkpoint.durationMillis()));
    }

    private static String joules(Double joules, boolean estimated) {
        return joules == null
                ? Figures.UNKNOWN
                : (estimated ? ESTIMATED : "") + Figures.joules(joules);
    }

    private static String available(Boolean available) {
        return available == null ? Figures.UNKNOWN : available ? "yes" : "no";
    }

    private static String queue(Double requests) {
        return requests == null ? Figures.UNKNOWN : Figures.queue(requests);
    }

    private static String duration(Long millis) {
        return millis == null ? Figures.UNKNOWN : Figures.duration(Duration.ofMillis(millis));
    }

    private static String count(Long count) {
        return count == null ? Figures.UNKNOWN : Figures.count(count);
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static double known(Double value) {
        return value == null ? Double.NaN : value;
    }
}
