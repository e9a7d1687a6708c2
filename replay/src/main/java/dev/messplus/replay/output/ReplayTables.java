package dev.messplus.replay.output;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.replay.Estimate;
import dev.messplus.replay.OrdersRow;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.SummaryRow;
import dev.messplus.replay.Words;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Renders a report as tables for the console. */
public final class ReplayTables {

    /** Share of the mean below which an interval is only rounding. */
    private static final double SMALLEST = 1e-6;

    private ReplayTables() {}

    /** A table for each alpha and number in flight, a summary and notes; ends with a newline. */
    public static String render(ReplayReport report) {
        StringBuilder text = new StringBuilder(heading(report)).append('\n');
        for (double alpha : report.options().alphas()) {
            for (int inFlight : report.options().inFlight()) {
                text.append("\n%s\n\n".formatted(title(alpha, inFlight)))
                        .append(table(report, report.rows(alpha, inFlight)))
                        .append('\n');
            }
        }
        if (report.options().alphas().size() > 1) {
            text.append(
                            "\nOver the alphas: geometric mean of energy over that of the static mix\n\n")
                    .append(summary(report))
                    .append('\n');
        }
        if (!report.orders().isEmpty()) {
            text.append(
                            "\nOver %s orders of the zoo\n\n"
                                    .formatted(report.orders().get(0).orders()))
                    .append(orders(report.orders()))
                    .append('\n');
        }
        return text.append('\n').append(String.join("\n", report.notes())).append('\n').toString();
    }

    static String heading(ReplayReport report) {
        ReplayOptions options = report.options();
        return "%s: %s requests, %d models; %s order, %s of labels come, %s; %d %s"
                .formatted(
                        report.data(),
                        Figures.count(report.requests()),
                        report.models().size(),
                        Words.of(options.order()),
                        Figures.share(options.feedbackRate()),
                        report.world(),
                        options.seeds(),
                        options.seeds() == 1
                                ? "seed"
                                : "seeds (\u00b1 is the 95% interval of the mean)");
    }

    /** A column of the table of policies. */
    record Column(String header, Function<ReplayRow, String> value) {

        String flatHeader() {
            return header.replace('\n', ' ').strip();
        }
    }

    /** All columns except the policy's name. */
    static List<Column> columns(ReplayReport report) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("J/request", row -> joules(row.energy())));
        columns.add(
                new Column(
                        "vs static\nmix",
                        row -> factor(row.vsStaticMix().mean(), row.vsStaticMix().ci95())));
        columns.add(new Column("served\nonly, J", ReplayTables::served));
        columns.add(new Column("score", row -> score(row.score())));
        if (report.options().settings().containsKey("shards")) {
            columns.add(new Column("worst\nshard", row -> score(row.worstShard())));
        }
        columns.add(new Column("alpha\nmet", row -> Figures.share(row.metShare())));
        columns.add(new Column("deficit\nmean (max)", row -> deficit(row.maxDeficit())));
        columns.add(new Column("worst\nwindow", row -> Figures.score(row.worstWindow().mean())));
        if (report.hasFullWindow()) {
            columns.add(new Column("SLA window\nmet", row -> windowMet(row.windowMetShare())));
            columns.add(new Column("worst SLA\nwindow", ReplayTables::worstFullWindow));
        }
        columns.add(new Column("explored", ReplayTables::explored));
        for (int m = 0; m < report.models().size(); m++) {
            int model = m;
            columns.add(
                    new Column(
                            "by\n" + report.models().get(m),
                            row -> share(row.modelShare().get(model))));
        }
        return columns;
    }

    static String title(double alpha, int inFlight) {
        return "alpha %s, %s in flight".formatted(alpha, Figures.count(inFlight));
    }

    private static String table(ReplayReport report, List<ReplayRow> rows) {
        List<ColumnData<ReplayRow>> columns = new ArrayList<>();
        columns.add(Tables.text("policy", ReplayTables::policy));
        for (Column column : columns(report)) {
            columns.add(Tables.number(column.header(), column.value()));
        }
        return Tables.render(rows, columns);
    }

    private static String summary(ReplayReport report) {
        List<ColumnData<SummaryRow>> columns = new ArrayList<>();
        columns.add(Tables.text("policy", SummaryRow::policy));
        for (SummaryColumn column : summaryColumns(report)) {
            columns.add(Tables.number(column.header(), column.value()));
        }
        return Tables.render(report.summary(), columns);
    }

    private static String orders(List<OrdersRow> rows) {
        return Tables.render(
                rows,
                List.of(
                        Tables.text("policy", OrdersRow::policy),
                        Tables.number("in flight", row -> Figures.count(row.inFlight())),
                        Tables.number(
                                "vs static\nmix", row -> Figures.factor(row.energyVsStaticMix())),
                        Tables.number("least", row -> Figures.factor(row.energyLeast())),
                        Tables.number("most", row -> Figures.factor(row.energyMost())),
                        Tables.number(
                                "alpha met\nat least", row -> Figures.share(row.metShareMin()))));
    }

    /** A column of the summary. */
    record SummaryColumn(String header, Function<SummaryRow, String> value) {

        String flatHeader() {
            return header.replace('\n', ' ').strip();
        }
    }

    /** All columns of the summary except the policy's name. */
    static List<SummaryColumn> summaryColumns(ReplayReport report) {
        List<SummaryColumn> columns = new ArrayList<>();
        columns.add(new SummaryColumn("in flight", row -> Figures.count(row.inFlight())));
        columns.add(
                new SummaryColumn(
                        "vs static\nmix", row -> factor(row.energyVsStaticMix(), row.ci95())));
        columns.add(
                new SummaryColumn("alpha met\nat least", row -> Figures.share(row.metShareMin())));
        if (report.hasFullWindow()) {
            columns.add(
                    new SummaryColumn(
                            "SLA window\nmet at least", row -> windowMet(row.windowMetMin())));
        }
        columns.add(
                new SummaryColumn(
                        "deficit\nmean (max)",
                        row ->
                                "%s (%s)"
                                        .formatted(
                                                Figures.queue(row.maxDeficitMean()),
                                                Figures.queue(row.maxDeficitWorst()))));
        return columns;
    }

    private static String policy(ReplayRow row) {
        return row.detail().isEmpty() ? row.policy() : row.policy() + "\n  " + row.detail();
    }

    /** Joules with their interval. */
    static String joules(Estimate joules) {
        return Figures.joules(joules.mean())
                + interval(Figures.joules(joules.ci95()), joules.mean(), joules.ci95());
    }

    /** A factor with its interval. */
    static String factor(double mean, double ci95) {
        return Figures.factor(mean)
                + interval(String.format(Locale.ROOT, "%.2f", ci95), mean, ci95);
    }

    private static String served(ReplayRow row) {
        return row.kind().explores()
                ? Figures.joules(row.servedOnly().mean())
                        + " ("
                        + Figures.factor(row.servedVsStaticMix().mean())
                        + ")"
                : "";
    }

    /** A score with its interval. */
    static String score(Estimate score) {
        return Figures.score(score.mean())
                + interval(
                        String.format(Locale.ROOT, "%.3f", score.ci95()),
                        score.mean(),
                        score.ci95());
    }

    private static String deficit(Estimate deficit) {
        return Figures.queue(deficit.mean()) + " (" + Figures.queue(deficit.max()) + ")";
    }

    /** The share of runs whose windows met alpha, or an empty text if there was no full window. */
    static String windowMet(double share) {
        return Double.isNaN(share) ? "" : Figures.share(share);
    }

    private static String worstFullWindow(ReplayRow row) {
        Estimate worst = row.worstFullWindow();
        return row.hasFullWindow()
                ? String.format(Locale.ROOT, "%+.3f (%+.3f)", worst.mean(), worst.min())
                : "";
    }

    private static String explored(ReplayRow row) {
        return row.kind().explores() ? Figures.share(row.exploredShare()) : "";
    }

    /** The interval, or an empty text if it would only show zeros. */
    private static String interval(String halfWidth, double mean, double ci95) {
        return ci95 > SMALLEST * mean && halfWidth.matches(".*[1-9].*")
                ? " \u00b1" + halfWidth
                : "";
    }

    /** A share, or an empty text if there is none. */
    static String share(double share) {
        return share > 0 ? Figures.share(share) : "";
    }
}
