package dev.messplus.replay.output;

import com.github.freva.asciitable.ColumnData;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.Words;
import dev.messplus.replay.zoos.ZoosReport;
import dev.messplus.replay.zoos.ZoosRow;
import dev.messplus.report.Figures;
import dev.messplus.report.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Renders a report on random zoos as a table for the console. */
public final class ZoosTables {

    private ZoosTables() {}

    /** A table with a row for each policy and number in flight, and notes; ends with a newline. */
    public static String render(ZoosReport report) {
        List<ColumnData<ZoosRow>> columns = new ArrayList<>();
        columns.add(Tables.text("policy", ZoosRow::policy));
        for (Column column : columns(report)) {
            columns.add(Tables.number(column.header(), column.value()));
        }
        return "%s\n\n%s\n\n%s\n"
                .formatted(
                        heading(report),
                        Tables.render(report.rows(), columns),
                        String.join("\n", report.notes()));
    }

    static String heading(ZoosReport report) {
        ReplayOptions options = report.options();
        return "%s random %s on the prompts of %s: %s requests; %s order, %s of labels come, %s; %d %s each (\u00b1 is the 95%% interval of the mean over zoos)"
                .formatted(
                        Figures.count(report.zoos().size()),
                        report.zoos().size() == 1 ? "zoo" : "zoos",
                        report.data(),
                        Figures.count(report.requests()),
                        Words.of(options.order()),
                        Figures.share(options.feedbackRate()),
                        report.world(),
                        options.seeds(),
                        options.seeds() == 1 ? "seed" : "seeds");
    }

    /** A column of the table of policies. */
    record Column(String header, Function<ZoosRow, String> value) {

        String flatHeader() {
            return header.replace('\n', ' ').strip();
        }
    }

    /** All columns except the policy's name. */
    static List<Column> columns(ZoosReport report) {
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("in flight", row -> Figures.count(row.inFlight())));
        columns.add(new Column("zoos", row -> Figures.count(row.zoos())));
        columns.add(
                new Column(
                        "vs static\nmix",
                        row -> ReplayTables.factor(row.energyVsStaticMix(), row.ci95())));
        columns.add(
                new Column(
                        "worst zoo",
                        row ->
                                "%s (zoo %d)"
                                        .formatted(
                                                Figures.factor(row.energyMost()), row.worstZoo())));
        columns.add(new Column("alpha\nmet", row -> Figures.share(row.metShare())));
        if (report.hasFullWindow()) {
            columns.add(
                    new Column("SLA window\nmet", row -> ReplayTables.windowMet(row.windowMet())));
        }
        columns.add(
                new Column(
                        "worst\nscore",
                        row -> String.format(Locale.ROOT, "%+.3f", row.worstScore())));
        return columns;
    }
}
