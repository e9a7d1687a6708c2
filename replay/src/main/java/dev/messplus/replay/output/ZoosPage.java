package dev.messplus.replay.output;

import dev.messplus.record.Json;
import dev.messplus.replay.zoos.ZoosReport;
import dev.messplus.replay.zoos.ZoosRow;
import dev.messplus.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes a report on random zoos as the page of {@link ReplayPage}, without plots. */
public final class ZoosPage {

    private ZoosPage() {}

    /** Writes or replaces the page; its folder is created if it is missing. */
    public static void write(Path file, ZoosReport report) throws IOException {
        ReplayPage.TEMPLATE.write(file, Json.text(data(report)));
    }

    static String render(ZoosReport report) throws IOException {
        return ReplayPage.TEMPLATE.render(Json.text(data(report)));
    }

    private static JsonFields data(ZoosReport report) {
        return new JsonFields()
                .add("headline", headline(report))
                .add("subtitle", ZoosTables.heading(report))
                .add("models", List.of())
                .add("columns", List.of())
                .add("sections", List.of())
                .add("summary_title", "Over the zoos")
                .add(
                        "summary_columns",
                        Stream.concat(
                                        Stream.of("policy"),
                                        ZoosTables.columns(report).stream()
                                                .map(ZoosTables.Column::flatHeader))
                                .toList())
                .add("summary", report.rows().stream().map(row -> row(report, row)).toList())
                .add("frontier", List.of())
                .add("notes", report.notes())
                .add("facts", facts(report));
    }

    private static String headline(ZoosReport report) {
        ZoosRow row = report.rows().get(0);
        return "On %s random zoos with %s in flight, %s took %s and met alpha in %s of the runs"
                .formatted(
                        Figures.count(row.zoos()),
                        Figures.count(row.inFlight()),
                        row.policy(),
                        Figures.compared(
                                row.energyVsStaticMix(), 1, "the best static mix in hindsight"),
                        Figures.share(row.metShare()));
    }

    private static JsonFields row(ZoosReport report, ZoosRow row) {
        return new JsonFields()
                .add("kind", "")
                .add("mess", row.policy().startsWith("mess+"))
                .add("name", row.policy())
                .add("label", row.policy())
                .add("detail", "")
                .add(
                        "cells",
                        ZoosTables.columns(report).stream()
                                .map(column -> column.value().apply(row))
                                .toList());
    }

    private static List<JsonFields> facts(ZoosReport report) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("prompts", report.data());
        facts.put("zoos", Figures.count(report.zoos().size()));
        facts.put("requests of a seed", Figures.count(report.requests()));
        facts.put("seeds of a zoo", String.valueOf(report.options().seeds()));
        facts.put("embedding", report.options().embedding());
        facts.putAll(new TreeMap<>(report.options().settings()));
        return ReplayPage.facts(facts);
    }
}
