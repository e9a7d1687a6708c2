package dev.messplus.replay.output;

import dev.messplus.record.Json;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.SummaryRow;
import dev.messplus.replay.Words;
import dev.messplus.report.Figures;
import dev.messplus.report.PageTemplate;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes a report as one self-contained HTML page. */
public final class ReplayPage {

    private static final PageTemplate TEMPLATE =
            new PageTemplate(ReplayPage.class, "replay.html", "replay.js");

    private static final MathContext DIGITS = new MathContext(6);

    private ReplayPage() {}

    /** Writes or replaces the page; its folder is created if it is missing. */
    public static void write(Path file, ReplayReport report) throws IOException {
        TEMPLATE.write(file, Json.text(data(report)));
    }

    static String render(ReplayReport report) throws IOException {
        return TEMPLATE.render(Json.text(data(report)));
    }

    /** The data of the page's script: texts to show, and numbers to plot. */
    @RecordBuilder
    record Data(
            String headline,
            String subtitle,
            List<String> models,
            List<String> columns,
            List<Section> sections,
            List<String> summaryColumns,
            List<Row> summary,
            List<Point> frontier,
            List<String> notes,
            List<Fact> facts) {}

    /** One alpha and number in flight. */
    record Section(String title, double alpha, List<Row> rows, List<Curve> curves) {}

    /** A policy: text for the table, and a point for the plot. */
    @RecordBuilder
    record Row(
            String kind,
            boolean mess,
            String name,
            String label,
            String detail,
            List<String> cells,
            Double x,
            Double y) {}

    /** The course of a policy. */
    record Curve(
            String kind, String label, int[] request, List<Double> average, List<Double> deficit) {}

    /** A static mix: joules per request, and score. */
    record Point(Double x, Double y) {}

    /** A setting of the replay. */
    record Fact(String name, String value) {}

    private static Data data(ReplayReport report) {
        List<SummaryRow> summary = report.summary();
        List<Section> sections = new ArrayList<>();
        for (double alpha : report.options().alphas()) {
            for (int inFlight : report.options().inFlight()) {
                sections.add(section(report, alpha, inFlight));
            }
        }
        List<ReplayTables.Column> columns = ReplayTables.columns(report);
        return ReplayPageDataBuilder.builder()
                .headline(headline(report, summary))
                .subtitle(ReplayTables.heading(report))
                .models(report.models())
                .columns(
                        Stream.concat(
                                        Stream.of("policy"),
                                        columns.stream().map(ReplayTables.Column::flatHeader))
                                .toList())
                .sections(sections)
                .summaryColumns(
                        List.of(
                                "policy",
                                "in flight",
                                "vs static mix",
                                "alpha met at least",
                                "deficit mean (max)"))
                .summary(
                        report.options().alphas().size() > 1
                                ? summary.stream().map(ReplayPage::row).toList()
                                : List.of())
                .frontier(
                        report.frontier().stream()
                                .map(mix -> new Point(known(mix.joules()), known(mix.score())))
                                .toList())
                .notes(report.notes())
                .facts(facts(report))
                .build();
    }

    private static Section section(ReplayReport report, double alpha, int inFlight) {
        List<ReplayRow> rows = report.rows(alpha, inFlight);
        List<ReplayTables.Column> columns = ReplayTables.columns(report);
        return new Section(
                ReplayTables.title(alpha, inFlight),
                alpha,
                rows.stream().map(row -> row(row, columns)).toList(),
                rows.stream().filter(row -> row.kind().isMess()).map(ReplayPage::curve).toList());
    }

    private static Row row(ReplayRow row, List<ReplayTables.Column> columns) {
        return ReplayPageRowBuilder.builder()
                .kind(row.kind().name())
                .mess(row.kind().isMess())
                .name(row.policy())
                .label(row.policy().replace("always ", "").replace(" (hindsight)", ""))
                .detail(row.detail())
                .cells(columns.stream().map(column -> column.value().apply(row)).toList())
                .x(known(row.energy().mean()))
                .y(known(row.score().mean()))
                .build();
    }

    private static Curve curve(ReplayRow row) {
        return new Curve(
                row.kind().name(),
                row.policy(),
                row.curve().request(),
                Arrays.stream(row.curve().average()).mapToObj(ReplayPage::known).toList(),
                Arrays.stream(row.curve().deficit()).mapToObj(ReplayPage::known).toList());
    }

    private static Row row(SummaryRow row) {
        return ReplayPageRowBuilder.builder()
                .kind("")
                .mess(row.policy().startsWith("mess+"))
                .name(row.policy())
                .label(row.policy())
                .detail("")
                .cells(ReplayTables.summaryCells(row))
                .build();
    }

    private static String headline(ReplayReport report, List<SummaryRow> summary) {
        return summary.stream()
                .filter(row -> row.policy().startsWith("mess+"))
                .findFirst()
                .map(
                        row ->
                                "With %s in flight, %s took %s and met alpha %s"
                                        .formatted(
                                                Figures.count(row.inFlight()),
                                                row.policy(),
                                                Figures.compared(
                                                        row.energyVsStaticMix(),
                                                        1,
                                                        "the best static mix in hindsight"),
                                                met(report, row)))
                .orElse("Replay of " + report.data());
    }

    private static String met(ReplayReport report, SummaryRow row) {
        if (row.metShareMin() == 1) {
            return "with every seed";
        }
        String least = report.options().alphas().size() > 1 ? "at least " : "";
        return "with " + least + Figures.share(row.metShareMin()) + " of seeds";
    }

    private static List<Fact> facts(ReplayReport report) {
        ReplayOptions options = report.options();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("data", report.data()));
        facts.add(new Fact("requests of a seed", Figures.count(report.requests())));
        facts.add(new Fact("models", String.join(", ", report.models())));
        facts.add(new Fact("order", Words.of(options.order())));
        facts.add(new Fact("passes", String.valueOf(options.passes())));
        facts.add(new Fact("drift", Words.of(options.drift())));
        facts.add(new Fact("labels", Words.of(options.labels())));
        facts.add(new Fact("joules after", Figures.count(options.joulesAfter())));
        facts.add(new Fact("delay", Words.of(options.delay())));
        facts.add(new Fact("raters", Words.of(options.raters())));
        facts.add(new Fact("feedback rate", Figures.share(options.feedbackRate())));
        facts.add(new Fact("seeds", String.valueOf(options.seeds())));
        facts.add(new Fact("embedding", options.embedding()));
        options.settings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> facts.add(new Fact(setting.getKey(), setting.getValue())));
        return facts;
    }

    /** Rounds to six digits, which is more than a plot can show. */
    private static Double known(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).round(DIGITS).doubleValue()
                : null;
    }
}
