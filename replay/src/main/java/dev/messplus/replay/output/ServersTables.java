package dev.messplus.replay.output;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.replay.servers.ServersReport;
import dev.messplus.replay.servers.ServersRow;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Renders a report on simulated servers as tables for the console. */
public final class ServersTables {

    private ServersTables() {}

    /** A table for each alpha, and notes; ends with a newline. */
    public static String render(ServersReport report) {
        StringBuilder text = new StringBuilder(heading(report)).append('\n');
        for (double alpha : report.options().alphas()) {
            text.append("\n%s\n\n".formatted(title(alpha)))
                    .append(table(report, report.rows(alpha)))
                    .append('\n');
        }
        return text.append('\n').append(String.join("\n", report.notes())).append('\n').toString();
    }

    static String heading(ServersReport report) {
        int seeds = report.options().seeds();
        return "%s on the servers of %s: %s requests in %s s, %d models; %s; %d %s"
                .formatted(
                        report.data(),
                        report.servers(),
                        Figures.count(report.requests()),
                        Figures.count(report.setup().seconds()),
                        report.setup().zoo().size(),
                        report.labels(),
                        seeds,
                        seeds == 1 ? "seed" : "seeds (\u00b1 is the 95% interval of the mean)");
    }

    static String title(double alpha) {
        return "alpha " + alpha;
    }

    /** A column of the table of policies. */
    record Column(String header, Function<ServersRow, String> value) {

        String flatHeader() {
            return header.replace('\n', ' ').strip();
        }
    }

    /** All columns except the policy's name. */
    static List<Column> columns(ServersReport report) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("J/request", row -> ReplayTables.joules(row.energy())));
        columns.add(
                new Column(
                        "vs static\nmix",
                        row ->
                                ReplayTables.factor(
                                        row.vsStaticMix().mean(), row.vsStaticMix().ci95())));
        columns.add(new Column("score", row -> ReplayTables.score(row.score())));
        columns.add(new Column("alpha\nmet", row -> Figures.share(row.metShare())));
        columns.add(new Column("wait\np50, s", row -> seconds(row.waitP50Seconds())));
        columns.add(new Column("wait\np99, s", row -> seconds(row.waitP99Seconds())));
        columns.add(new Column("estimate\noff", ServersTables::error));
        columns.add(new Column("no\nanswer", row -> ReplayTables.share(row.unansweredShare())));
        List<String> models = report.setup().models();
        for (int m = 0; m < models.size(); m++) {
            int model = m;
            columns.add(
                    new Column(
                            "by\n" + models.get(m),
                            row -> ReplayTables.share(row.modelShare().get(model))));
        }
        return columns;
    }

    private static String table(ServersReport report, List<ServersRow> rows) {
        List<ColumnData<ServersRow>> columns = new ArrayList<>();
        columns.add(Tables.text("policy", row -> row.kind().title()));
        for (Column column : columns(report)) {
            columns.add(Tables.number(column.header(), column.value()));
        }
        return Tables.render(rows, columns);
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.2f", seconds);
    }

    private static String error(ServersRow row) {
        return Double.isNaN(row.estimateError()) ? "" : Figures.share(row.estimateError());
    }
}
