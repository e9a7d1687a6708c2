package dev.messplus.replay;

import dev.messplus.record.Json;
import dev.messplus.report.Figures;
import dev.messplus.report.PageTemplate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** A replay as one HTML page that needs nothing beside itself. */
public final class ReplayPage {

    private static final PageTemplate TEMPLATE =
            new PageTemplate(ReplayPage.class, "replay.html", "replay.js");

    private static final MathContext DIGITS = new MathContext(6);

    private ReplayPage() {}

    /** Writes the page, over an older one; its folder is made if it is missing. */
    public static void write(Path file, ReplayReport report) throws IOException {
        TEMPLATE.write(file, Json.text(data(report)));
    }

    static String render(ReplayReport report) throws IOException {
        return TEMPLATE.render(Json.text(data(report)));
    }

    /** What the page's script is given: texts ready to be shown, and numbers to be drawn. */
    private record Data(
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
    private record Section(String title, double alpha, List<Row> rows, List<Curve> curves) {}

    /** A policy, as text for the table and as a point for the plot. */
    private record Row(
            String kind,
            boolean mess,
            String name,
            String label,
            String detail,
            List<String> cells,
            Double x,
            Double y) {}

    /** How a policy went. */
    private record Curve(
            String kind, String label, int[] request, List<Double> average, List<Double> deficit) {}

    /** A mix: joules per request, and score. */
    private record Point(Double x, Double y) {}

    /** A setting. */
    private record Fact(String name, String value) {}

    private static Data data(ReplayReport report) {
        List<SummaryRow> summary = report.summary();
        List<Section> sections = new ArrayList<>();
        for (double alpha : report.options().alphas()) {
            for (int inFlight : report.options().inFlight()) {
                sections.add(section(report, alpha, inFlight));
            }
        }
        List<ReplayTables.Column> columns = ReplayTables.columns(report);
        return new Data(
                headline(report, summary),
                ReplayTables.heading(report),
                report.models(),
                Stream.concat(
                                Stream.of("policy"),
                                columns.stream().map(ReplayTables.Column::flatHeader))
                        .toList(),
                sections,
                List.of(
                        "policy",
                        "in flight",
                        "vs static mix",
                        "alpha met at least",
                        "deficit mean (max)"),
                report.options().alphas().size() > 1
                        ? summary.stream().map(ReplayPage::row).toList()
                        : List.of(),
                report.frontier().stream()
                        .map(mix -> new Point(known(mix.joules()), known(mix.score())))
                        .toList(),
                report.notes(),
                facts(report));
    }

    private static Section section(ReplayReport report, double alpha, int inFlight) {
        List<ReplayRow> rows = report.rows(alpha, inFlight);
        List<ReplayTables.Column> columns = ReplayTables.columns(report);
        return new Section(
                ReplayTables.title(alpha, inFlight),
                alpha,
                rows.stream()
                        .map(
                                row ->
                                        new Row(
                                                row.kind().name(),
                                                row.kind().isMess(),
                                                row.policy(),
                                                row.policy()
                                                        .replace("always ", "")
                                                        .replace(" (hindsight)", ""),
                                                row.detail(),
                                                columns.stream()
                                                        .map(column -> column.value().apply(row))
                                                        .toList(),
                                                known(row.energy().mean()),
                                                known(row.score().mean())))
                        .toList(),
                rows.stream().filter(row -> row.kind().isMess()).map(ReplayPage::curve).toList());
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
        return new Row(
                "",
                row.policy().startsWith("mess+"),
                row.policy(),
                row.policy(),
                "",
                ReplayTables.summaryCells(row),
                null,
                null);
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
        facts.add(new Fact("order", options.order().name().toLowerCase(Locale.ROOT)));
        facts.add(new Fact("feedback rate", Figures.share(options.feedbackRate())));
        facts.add(new Fact("seeds", String.valueOf(options.seeds())));
        facts.add(new Fact("embedding", options.embedding()));
        options.settings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> facts.add(new Fact(setting.getKey(), setting.getValue())));
        return facts;
    }

    /** Six digits are more than a plot can show. */
    private static Double known(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).round(DIGITS).doubleValue()
                : null;
    }
}
