package dev.messplus.replay.output;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.servers.ServersReport;
import dev.messplus.replay.servers.ServersRow;
import dev.messplus.report.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes a report on simulated servers as JSON. Fields without a value are left out. */
public final class ServersJson {

    private ServersJson() {}

    /** Writes or replaces a file; its folder is created if it is missing. */
    public static void write(Path file, ServersReport report) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(report));
    }

    static String render(ServersReport report) throws IOException {
        ReplayOptions options = report.options();
        return JsonText.render(
                new JsonFields()
                        .add("data", report.data())
                        .add("servers", report.servers())
                        .add("requests", report.requests())
                        .add("seconds", report.setup().seconds())
                        .add("labelDelayMillis", report.setup().labelDelayMillis())
                        .add("embedding", options.embedding())
                        .add("toleranceMet", options.toleranceMet())
                        .add("settings", new TreeMap<>(options.settings()))
                        .add("runs", report.rows().stream().map(row -> run(report, row)).toList())
                        .add("notes", report.notes()));
    }

    /** A row of the report. Energies are in joules per request. */
    private static JsonFields run(ServersReport report, ServersRow row) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int m = 0; m < report.setup().models().size(); m++) {
            shares.put(report.setup().models().get(m), row.modelShare().get(m));
        }
        return new JsonFields()
                .add("alpha", row.alpha())
                .add("policy", row.kind().title())
                .add("seeds", row.windows().size())
                .addWithInterval("energyPerRequest", row.energy())
                .addWithInterval("energyVsStaticMix", row.vsStaticMix())
                .addWithInterval("score", row.score())
                .add("metShare", row.metShare())
                .add("waitP50Seconds", row.waitP50Seconds())
                .add("waitP99Seconds", row.waitP99Seconds())
                .add("estimateError", row.estimateError())
                .add("unansweredShare", row.unansweredShare())
                .add("modelShare", shares);
    }
}
