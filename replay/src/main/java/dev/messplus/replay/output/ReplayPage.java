package dev.messplus.replay.output;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.record.Json;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.SummaryRow;
import dev.messplus.replay.Words;
import dev.messplus.report.Figures;
import dev.messplus.report.PageTemplate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes a report as one self-contained HTML page. */
public final class ReplayPage {

    static final PageTemplate TEMPLATE =
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
    private static JsonFields data(ReplayReport report) {
        List<SummaryRow> summary = report.summary();
        List<JsonFields> sections = new ArrayList<>();
        for (double alpha : report.options().alphas()) {
            for (int inFlight : report.options().inFlight()) {
                sections.add(section(report, alpha, inFlight));
            }
        }
        return new JsonFields()
                .add("headline", headline(report, summary))
                .add("subtitle", ReplayTables.heading(report))
                .add("models", report.models())
                .add("columns", columns(report))
                .add("sections", sections)
                .add("summary_title", "Over the alphas")
                .add(
                        "summary_columns",
                        Stream.concat(
                                        Stream.of("policy"),
                                        ReplayTables.summaryColumns(report).stream()
                                                .map(ReplayTables.SummaryColumn::flatHeader))
                                .toList())
                .add(
                        "summary",
                        report.options().alphas().size() > 1
                                ? summary.stream().map(row -> row(report, row)).toList()
                                : List.of())
                .add("frontier", report.frontier().stream().map(ReplayPage::point).toList())
                .add("notes", report.notes())
                .add("facts", facts(report));
    }

    private static List<String> columns(ReplayReport report) {
        return Stream.concat(
                        Stream.of("policy"),
                        ReplayTables.columns(report).stream().map(ReplayTables.Column::flatHeader))
                .toList();
    }

    /** One alpha and number in flight. */
    private static JsonFields section(ReplayReport report, double alpha, int inFlight) {
        List<ReplayRow> rows = report.rows(alpha, inFlight);
        List<ReplayTables.Column> columns = ReplayTables.columns(report);
        return new JsonFields()
                .add("title", ReplayTables.title(alpha, inFlight))
                .add("alpha", alpha)
                .add("rows", rows.stream().map(row -> row(row, columns)).toList())
                .add(
                        "curves",
                        rows.stream()
                                .filter(row -> row.kind().isMess())
                                .map(ReplayPage::curve)
                                .toList());
    }

    /** A policy: text for the table, and a point for the plot. */
    private static JsonFields row(ReplayRow row, List<ReplayTables.Column> columns) {
        return new JsonFields()
                .add("kind", row.kind().name())
                .add("mess", row.kind().isMess())
                .add("name", row.policy())
                .add("label", row.policy().replace("always ", "").replace(" (hindsight)", ""))
                .add("detail", row.detail())
                .add("cells", columns.stream().map(column -> column.value().apply(row)).toList())
                .add("x", rounded(row.energy().mean()))
                .add("y", rounded(row.score().mean()));
    }

    private static JsonFields row(ReplayReport report, SummaryRow row) {
        return new JsonFields()
                .add("kind", "")
                .add("mess", row.policy().startsWith("mess+"))
                .add("name", row.policy())
                .add("label", row.policy())
                .add("detail", "")
                .add(
                        "cells",
                        ReplayTables.summaryColumns(report).stream()
                                .map(column -> column.value().apply(row))
                                .toList());
    }

    /** The course of a policy. */
    private static JsonFields curve(ReplayRow row) {
        return new JsonFields()
                .add("kind", row.kind().name())
                .add("label", row.policy())
                .add("request", row.curve().request())
                .add("average", rounded(row.curve().average()))
                .add("deficit", rounded(row.curve().deficit()));
    }

    /** A static mix: joules per request, and score. */
    static JsonFields point(StaticMix mix) {
        return new JsonFields().add("x", rounded(mix.joules())).add("y", rounded(mix.score()));
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

    /** The settings of the replay. */
    private static List<JsonFields> facts(ReplayReport report) {
        ReplayOptions options = report.options();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("data", report.data());
        facts.put("requests of a seed", Figures.count(report.requests()));
        facts.put("models", String.join(", ", report.models()));
        facts.put("order", Words.of(options.order()));
        facts.put("passes", String.valueOf(options.passes()));
        facts.put("drift", Words.of(options.drift()));
        facts.put("labels", Words.of(options.labels()));
        facts.put("joules after", Figures.count(options.joulesAfter()));
        facts.put("delay", Words.of(options.delay()));
        facts.put("raters", Words.of(options.raters()));
        facts.put("feedback rate", Figures.share(options.feedbackRate()));
        facts.put("seeds", String.valueOf(options.seeds()));
        facts.put("embedding", options.embedding());
        facts.putAll(new TreeMap<>(options.settings()));
        return facts(facts);
    }

    /** Names and values for the list of facts. */
    static List<JsonFields> facts(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(
                        fact ->
                                new JsonFields()
                                        .add("name", fact.getKey())
                                        .add("value", fact.getValue()))
                .toList();
    }

    private static double[] rounded(double[] values) {
        return Arrays.stream(values).map(ReplayPage::rounded).toArray();
    }

    /** Rounds to six digits, which is more than a plot can show. */
    static double rounded(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).round(DIGITS).doubleValue()
                : value;
    }
}
