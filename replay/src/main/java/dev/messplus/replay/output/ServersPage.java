package dev.messplus.replay.output;

import dev.messplus.record.Json;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.servers.ServersReport;
import dev.messplus.replay.servers.ServersRow;
import dev.messplus.report.Figures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes a report on simulated servers as the page of {@link ReplayPage}. */
public final class ServersPage {

    private ServersPage() {}

    /** Writes or replaces the page; its folder is created if it is missing. */
    public static void write(Path file, ServersReport report) throws IOException {
        ReplayPage.TEMPLATE.write(file, Json.text(data(report)));
    }

    static String render(ServersReport report) throws IOException {
        return ReplayPage.TEMPLATE.render(Json.text(data(report)));
    }

    private static JsonFields data(ServersReport report) {
        return new JsonFields()
                .add("headline", headline(report))
                .add("subtitle", ServersTables.heading(report))
                .add("models", report.setup().models())
                .add("columns", columns(report))
                .add(
                        "sections",
                        report.options().alphas().stream()
                                .map(alpha -> section(report, alpha))
                                .toList())
                .add("summary_columns", List.of())
                .add("summary", List.of())
                .add("frontier", report.frontier().stream().map(ReplayPage::point).toList())
                .add("notes", report.notes())
                .add("facts", facts(report));
    }

    private static String headline(ServersReport report) {
        ServersRow row = report.rows().get(0);
        return "On the servers of %s, %s took %s at alpha %s and met it with %s of seeds"
                .formatted(
                        report.servers(),
                        row.kind().title(),
                        Figures.compared(
                                row.vsStaticMix().mean(), 1, "the best static mix in hindsight"),
                        row.alpha(),
                        Figures.share(row.metShare()));
    }

    private static List<String> columns(ServersReport report) {
        return Stream.concat(
                        Stream.of("policy"),
                        ServersTables.columns(report).stream()
                                .map(ServersTables.Column::flatHeader))
                .toList();
    }

    private static JsonFields section(ServersReport report, double alpha) {
        List<ServersTables.Column> columns = ServersTables.columns(report);
        return new JsonFields()
                .add("title", ServersTables.title(alpha))
                .add("alpha", alpha)
                .add("rows", report.rows(alpha).stream().map(row -> row(row, columns)).toList())
                .add("curves", List.of());
    }

    private static JsonFields row(ServersRow row, List<ServersTables.Column> columns) {
        return new JsonFields()
                .add("kind", row.kind().name())
                .add("mess", row.kind().isMess())
                .add("name", row.kind().title())
                .add("label", row.kind().title().replace(" (hindsight)", ""))
                .add("detail", "")
                .add("cells", columns.stream().map(column -> column.value().apply(row)).toList())
                .add("x", ReplayPage.rounded(row.energy().mean()))
                .add("y", ReplayPage.rounded(row.score().mean()));
    }

    private static List<JsonFields> facts(ServersReport report) {
        ReplayOptions options = report.options();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("data", report.data());
        facts.put("servers", report.servers());
        facts.put("requests of a seed", Figures.count(report.requests()));
        facts.put("seconds of a seed", Figures.count(report.setup().seconds()));
        facts.put("models", String.join(", ", report.setup().models()));
        facts.put("devices", String.valueOf(report.setup().devices().size()));
        facts.put("labels", report.labels());
        facts.put("seeds", String.valueOf(options.seeds()));
        facts.put("embedding", options.embedding());
        facts.putAll(new TreeMap<>(options.settings()));
        return ReplayPage.facts(facts);
    }
}
