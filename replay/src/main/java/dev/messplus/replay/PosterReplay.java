package dev.messplus.replay;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Replays made-up traces with the poster's means, and sets the results beside the poster's. */
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

    /** A line of the table; joules are {@code NaN} where they were not published. */
    private record Line(
            String source,
            String policy,
            double score,
            double served,
            double exploring,
            double explored,
            double large) {}

    /**
     * Replays both data sets with nothing in flight.
     *
     * @param options for its seeds and rows; the rest is the poster's
     * @return tables; ends with a newline
     */
    public static String run(ReplayOptions options, PrintStream log) {
        StringBuilder text = new StringBuilder(ASSUMPTIONS);
        for (PosterTraces.DataSet data : PosterTraces.DATA_SETS) {
            int prompts = Math.min(options.rows(), data.prompts());
            Traffic traffic = PosterTraces.of(data, prompts, TRACE_SEED);
            ReplayReport report =
                    new Replay(posters(options, data.alpha()), log).run(data.name(), traffic);
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

    private static ReplayOptions posters(ReplayOptions options, double alpha) {
        return new ReplayOptions(
                options.data(),
                List.of(alpha),
                List.of(0),
                1,
                Order.RANDOM,
                Integer.MAX_VALUE,
                options.seeds(),
                Set.of(
                        ReplayPolicy.STREAM,
                        ReplayPolicy.PAPER,
                        ReplayPolicy.ALWAYS,
                        ReplayPolicy.RANDOM,
                        ReplayPolicy.CLAIRVOYANT),
                options.settings(),
                List.of(),
                List.of(),
                false,
                options.toleranceMet(),
                options.embedding(),
                options.cache(),
                options.plain());
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
                            row.score().mean(),
                            row.servedOnly().mean(),
                            mess ? row.energy().mean() - row.servedOnly().mean() : Double.NaN,
                            mess ? row.exploredShare() : Double.NaN,
                            row.modelShare().get(1)));
        }
        return lines;
    }

    private static Line published(String policy, PosterTraces.Figure figure) {
        return new Line(
                "poster",
                policy,
                figure.score(),
                figure.joules(),
                Double.NaN,
                Double.NaN,
                Double.NaN);
    }

    private static List<ColumnData<Line>> columns() {
        return List.of(
                Tables.text("source", Line::source),
                Tables.text("policy", Line::policy),
                Tables.number("score", line -> Figures.score(line.score())),
                Tables.number("served\nJ/request", line -> joules(line.served())),
                Tables.number("exploring\nJ/request", line -> joules(line.exploring())),
                Tables.number("explored", line -> share(line.explored())),
                Tables.number("by the\nlarge model", line -> share(line.large())));
    }

    private static String joules(double joules) {
        return Double.isNaN(joules) ? "" : String.format(Locale.ROOT, "%.1f", joules);
    }

    private static String share(double share) {
        return Double.isNaN(share) ? "" : Figures.share(share);
    }
}
