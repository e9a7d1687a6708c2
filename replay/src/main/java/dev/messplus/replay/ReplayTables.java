package dev.messplus.replay;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A replay as tables for the console. */
public final class ReplayTables {

    /** Share of a mean below which its interval is rounding. */
    private static final double SMALLEST = 1e-6;

    private ReplayTables() {}

    /**
     * A table for each alpha and number in flight, and what to know of them; ends with a newline.
     */
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

    /** What there is to say of a policy. */
    record Column(String header, Function<ReplayRow, String> value) {

        String flatHeader() {
            return header.replace('\n', ' ').strip();
        }
    }

    /** All columns but the policy's name. */
    static List<Column> columns(ReplayReport report) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("J/request", row -> joules(row.energy())));
        columns.add(new Column("vs static\nmix", row -> factor(row.vsStaticMix())));
        columns.add(new Column("served\nonly, J", ReplayTables::served));
        columns.add(new Column("score", row -> score(row.score())));
        if (report.options().settings().containsKey("shards")) {
            columns.add(new Column("worst\nshard", row -> score(row.worstShard())));
        }
        columns.add(new Column("alpha\nmet", row -> Figures.share(row.metShare())));
        columns.add(new Column("deficit\nmean (max)", row -> deficit(row.maxDeficit())));
        columns.add(new Column("worst\nwindow", row -> Figures.score(row.worstWindow().mean())));
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

    private static String summary(List<SummaryRow> rows) {
        return Tables.render(
                rows,
                List.of(
                        Tables.text("policy", SummaryRow::policy),
                        Tables.number("in flight", row -> summaryCells(row).get(0)),
                        Tables.number("vs static\nmix", row -> summaryCells(row).get(1)),
                        Tables.number("alpha met\nat least", row -> summaryCells(row).get(2)),
                        Tables.number("deficit\nmean (max)", row -> summaryCells(row).get(3))));
    }

    /** Number in flight, energy, share of seeds and deficit. */
    static List<String> summaryCells(SummaryRow row) {
        return List.of(
                Figures.count(row.inFlight()),
                Figures.factor(row.energyVsStaticMix()),
                Figures.share(row.metShareMin()),
                requests(row.maxDeficitMean()) + " (" + requests(row.maxDeficitWorst()) + ")");
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

    /** Left out where it would be nothing but zeros. */
    private static String interval(String halfWidth, Estimate estimate) {
        return estimate.ci95() > SMALLEST * estimate.mean() && halfWidth.matches(".*[1-9].*")
                ? " \u00b1" + halfWidth
                : "";
    }

    static String share(double share) {
        return share > 0 ? Figures.share(share) : "";
    }
}
