package dev.messplus.local.replay;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.local.report.Figures;
import dev.messplus.local.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A replay as tables for the console. */
public final class ReplayTables {

    private ReplayTables() {}

    /**
     * A table for each alpha and number in flight, and what to know of them; ends with a newline.
     */
    public static String render(ReplayReport report) {
        StringBuilder text = new StringBuilder(heading(report)).append('\n');
        for (double alpha : report.options().alphas()) {
            for (int inFlight : report.options().inFlight()) {
                text.append("\nalpha %s, %,d in flight\n\n".formatted(alpha, inFlight))
                        .append(table(report, report.rows(alpha, inFlight)))
                        .append('\n');
            }
        }
        if (report.options().alphas().size() > 1) {
            text.append(
                            "\nOver the alphas: geometric mean of energy over that of the static mix\n\n")
                    .append(summary(report.summary()))
                    .append('\n');
        }
        return text.append('\n').append(String.join("\n", report.notes())).append('\n').toString();
    }

    static String heading(ReplayReport report) {
        ReplayOptions options = report.options();
        return "%s: %s requests, %d models; %s order, %s of labels come, %d %s"
                .formatted(
                        report.data(),
                        Figures.count(report.requests()),
                        report.models().size(),
                        options.order().name().toLowerCase(Locale.ROOT),
                        Figures.share(options.feedbackRate()),
                        options.seeds(),
                        options.seeds() == 1
                                ? "seed"
                                : "seeds (\u00b1 is the 95% interval of the mean)");
    }

    private static String table(ReplayReport report, List<ReplayRow> rows) {
        List<ColumnData<ReplayRow>> columns = new ArrayList<>();
        columns.add(Tables.text("policy", ReplayTables::policy));
        columns.add(Tables.number("J/request", row -> joules(row.energy())));
        columns.add(Tables.number("vs static\nmix", row -> factor(row.vsStaticMix())));
        columns.add(Tables.number("served\nonly, J", ReplayTables::served));
        columns.add(Tables.number("score", row -> score(row.score())));
        columns.add(Tables.number("alpha\nmet", row -> Figures.share(row.metShare())));
        columns.add(Tables.number("deficit\nmean (max)", row -> deficit(row.maxDeficit())));
        columns.add(Tables.number("worst\nwindow", row -> Figures.score(row.worstWindow().mean())));
        columns.add(Tables.number("explored", ReplayTables::explored));
        for (int m = 0; m < report.models().size(); m++) {
            int model = m;
            columns.add(
                    Tables.number(
                            (m == 0 ? "answered by\n" : "\n") + report.models().get(m),
                            row -> share(row.modelShare().get(model))));
        }
        return Tables.render(rows, columns);
    }

    private static String summary(List<SummaryRow> rows) {
        return Tables.render(
                rows,
                List.of(
                        Tables.number("in flight", row -> Figures.count(row.inFlight())),
                        Tables.text("policy", SummaryRow::policy),
                        Tables.number(
                                "vs static\nmix", row -> Figures.factor(row.energyVsStaticMix())),
                        Tables.number(
                                "alpha met\nat least", row -> Figures.share(row.metShareMin())),
                        Tables.number(
                                "deficit\nmean (max)",
                                row ->
                                        requests(row.maxDeficitMean())
                                                + " ("
                                                + requests(row.maxDeficitWorst())
                                                + ")")));
    }

    static String policy(ReplayRow row) {
        return row.detail().isEmpty() ? row.policy() : row.policy() + "\n  " + row.detail();
    }

    static String joules(Estimate joules) {
        return Figures.joules(joules.mean()) + interval(Figures.joules(joules.ci95()), joules);
    }

    static String factor(Estimate factor) {
        return Figures.factor(factor.mean())
                + interval(String.format(Locale.ROOT, "%.2f", factor.ci95()), factor);
    }

    static String served(ReplayRow row) {
        return row.kind().isMess()
                ? Figures.joules(row.servedOnly().mean())
                        + " ("
                        + Figures.factor(row.servedVsStaticMix().mean())
                        + ")"
                : "";
    }

    static String score(Estimate score) {
        return Figures.score(score.mean())
                + interval(String.format(Locale.ROOT, "%.3f", score.ci95()), score);
    }

    static String deficit(Estimate deficit) {
        return requests(deficit.mean()) + " (" + requests(deficit.max()) + ")";
    }

    static String explored(ReplayRow row) {
        return row.kind().isMess() ? Figures.share(row.exploredShare()) : "";
    }

    static String requests(double requests) {
        return String.format(Locale.ROOT, "%,.1f", requests);
    }

    private static String interval(String halfWidth, Estimate estimate) {
        return estimate.ci95() > 0 ? " \u00b1" + halfWidth : "";
    }

    static String share(double share) {
        return share > 0 ? Figures.share(share) : "";
    }
}
