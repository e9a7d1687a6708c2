package dev.messplus.replay.poster;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.Raters;
import dev.messplus.replay.poster.PosterTraces.Figure;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Replays simulated traces that have the poster's means, and prints the results beside its own. */
public final class PosterReplay {

    private static final long TRACE_SEED = 1;

    private static final String ASSUMPTIONS =
            """
            This is a SIMULATION, not the poster's data. Mean scores and mean joules of both models are the
            poster's; assumed are the number of prompts, 16 Gaussian features, scores that are linear in them
            plus noise, clamped to [0, 1], and log-normal joules. The poster's energies of MESS+ leave out what
            exploring cost: compare them with "served". V is 0.1 per joule and c is 3, as on the poster.
            """;

    private PosterReplay() {}

    /** A line of the table; null where nothing was published. */
    record Line(
            String source,
            String policy,
            Figure served,
            Double exploring,
            Double explored,
            Double large) {}

    /**
     * Replays both data sets with no requests in flight.
     *
     * @param options of which the seeds, the rows, the settings and the tolerance are used; the
     *     other conditions are the poster's
     * @return tables; ends with a newline
     */
    public static String run(ReplayOptions options, PrintStream log) {
        StringBuilder text = new StringBuilder(ASSUMPTIONS);
        for (PosterTraces.DataSet data : PosterTraces.DATA_SETS) {
            int prompts = Math.min(options.rows(), data.prompts());
            Traffic traffic = PosterTraces.of(data, prompts, TRACE_SEED);
            ReplayReport report =
                    new Replay(withPostersConditions(options, data.alpha()), log)
                            .run(data.name(), traffic);
            text.append(
                            "%n%s, alpha %s: %s prompts, %d orders; deviations assumed: difficulty %s, advantage %s, noise %s%n%n"
                                    .formatted(
                                            data.name(),
                                            data.alpha(),
                                            Figures.count(prompts),
                                            options.seeds(),
                                            data.difficulty(),
                                            data.advantage(),
                                            data.noise()))
                    .append(Tables.render(lines(data, report), columns()))
                    .append('\n');
        }
        return text.toString();
    }

    private static ReplayOptions withPostersConditions(ReplayOptions options, double alpha) {
        return ReplayOptionsBuilder.builder(options)
                .alphas(List.of(alpha))
                .inFlight(List.of(0))
                .labels(Labels.SCORER)
                .raters(Raters.ALL)
                .feedbackRate(1)
                .passes(1)
                .drift(Drift.NONE)
                .order(Order.RANDOM)
                .rows(Integer.MAX_VALUE)
                .policies(
                        Set.of(
                                PolicyKind.STREAM,
                                PolicyKind.PAPER,
                                PolicyKind.ALWAYS,
                                PolicyKind.RANDOM,
                                PolicyKind.CLAIRVOYANT))
                .models(List.of())
                .kinds(List.of())
                .steep(false)
                .permute(false)
                .build();
    }

    private static List<Line> lines(PosterTraces.DataSet data, ReplayReport report) {
        List<Line> lines = new ArrayList<>();
        lines.add(published("always TinyLlama", data.small()));
        lines.add(published("always Llama-2 13B", data.large()));
        lines.add(published("random with constraint", data.random()));
        lines.add(published("mess+", data.mess()));
        for (ReplayRow row : report.rows()) {
            boolean mess = row.kind().isMess();
            lines.add(
                    new Line(
                            "simulated",
                            row.policy(),
                            new Figure(row.score().mean(), row.servedOnly().mean()),
                            mess ? row.energy().mean() - row.servedOnly().mean() : null,
                            mess ? row.exploredShare() : null,
                            row.modelShare().get(1)));
        }
        return lines;
    }

    private static Line published(String policy, Figure figure) {
        return new Line("poster", policy, figure, null, null, null);
    }

    private static List<ColumnData<Line>> columns() {
        return List.of(
                Tables.text("source", Line::source),
                Tables.text("policy", Line::policy),
                Tables.number("score", line -> Figures.score(line.served().score())),
                Tables.number("served\nJ/request", line -> joules(line.served().joules())),
                Tables.number("exploring\nJ/request", line -> joules(line.exploring())),
                Tables.number("explored", line -> share(line.explored())),
                Tables.number("by the\nlarge model", line -> share(line.large())));
    }

    private static String joules(Double joules) {
        return joules == null ? "" : String.format(Locale.ROOT, "%.1f", joules);
    }

    private static String share(Double share) {
        return share == null ? "" : Figures.share(share);
    }
}
