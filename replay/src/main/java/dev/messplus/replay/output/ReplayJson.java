package dev.messplus.replay.output;

import dev.messplus.replay.OrdersRow;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.SummaryRow;
import dev.messplus.replay.Words;
import dev.messplus.replay.policy.Conditions;
import dev.messplus.report.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes a report as JSON. JsonFields without a value are left out. */
public final class ReplayJson {

    private ReplayJson() {}

    /** Writes or replaces a file; its folder is created if it is missing. */
    public static void write(Path file, ReplayReport report) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(report));
    }

    static String render(ReplayReport report) throws IOException {
        ReplayOptions options = report.options();
        JsonFields document =
                new JsonFields()
                        .add("requests", report.requests())
                        .add("world", report.world())
                        .add("order", Words.of(options.order()))
                        .add("passes", options.passes())
                        .add("drift", Words.of(options.drift()))
                        .add("embedding", options.embedding())
                        .add("toleranceMet", options.toleranceMet())
                        .add("settings", new TreeMap<>(options.settings()))
                        .add("runs", report.rows().stream().map(row -> run(report, row)).toList())
                        .add(
                                "summary",
                                report.summary().stream().map(ReplayJson::summary).toList());
        if (!report.orders().isEmpty()) {
            document.add("orders", report.orders().stream().map(ReplayJson::orders).toList());
        }
        return JsonText.render(document.add("notes", report.notes()));
    }

    /** A row of the report. Energies are in joules per request. */
    private static JsonFields run(ReplayReport report, ReplayRow row) {
        Conditions conditions = report.options().conditions(row.inFlight());
        JsonFields run =
                new JsonFields()
                        .add("data", report.data())
                        .add("alpha", row.alpha())
                        .add("inFlight", row.inFlight())
                        .add("feedbackRate", conditions.feedbackRate())
                        .add("labels", Words.of(conditions.labels()))
                        .add("joulesAfter", conditions.joulesAfter())
                        .add("delay", Words.of(conditions.delay()))
                        .add("raters", Words.of(conditions.raters()))
                        .add("policy", row.policy());
        if (!row.detail().isEmpty()) {
            run.add("detail", row.detail());
        }
        run.add("seeds", row.seeds())
                .addWithInterval("energyPerRequest", row.energy())
                .addWithInterval("energyServedOnly", row.servedOnly())
                .addWithInterval("energyVsStaticMix", row.vsStaticMix())
                .add("energyServedVsStaticMix", row.servedVsStaticMix().mean())
                .addWithInterval("score", row.score())
                .add("metShare", row.metShare())
                .add("windowMet", row.windowMetShare())
                .add("worstFullWindow", row.worstFullWindow().mean())
                .add("worstFullWindowLeast", row.worstFullWindow().min())
                .add("worstShard", row.worstShard().mean())
                .add("shardMetShare", row.shardMetShare())
                .addWithInterval("maxDeficit", row.maxDeficit())
                .add("maxDeficitWorst", row.maxDeficit().max())
                .add("worstShortfall", row.worstShortfall().mean())
                .add("worstShortfallP95", row.worstShortfallP95())
                .add("worstShortfallWorst", row.worstShortfall().max())
                .addWithInterval("worstWindow", row.worstWindow())
                .add("worstWindowLeast", row.worstWindow().min());
        if (row.kind().explores()) {
            run.add("exploredShare", row.exploredShare());
        }
        Map<String, Double> shares = new LinkedHashMap<>();
        for (int m = 0; m < report.models().size(); m++) {
            shares.put(report.models().get(m), row.modelShare().get(m));
        }
        return run.add("modelShare", shares)
                .add("tenths", row.tenths().stream().map(ReplayJson::tenth).toList());
    }

    private static JsonFields tenth(ReplayRow.Tenth tenth) {
        return new JsonFields()
                .add("energyPerRequest", tenth.energy())
                .add("energyVsStaticMix", tenth.vsStaticMix())
                .add("score", tenth.score());
    }

    private static JsonFields summary(SummaryRow row) {
        return new JsonFields()
                .add("policy", row.policy())
                .add("inFlight", row.inFlight())
                .add("energyVsStaticMix", row.energyVsStaticMix())
                .add("energyVsStaticMixCi95", row.ci95())
                .add("metShareMin", row.metShareMin())
                .add("windowMetMin", row.windowMetMin())
                .add("maxDeficitMean", row.maxDeficitMean())
                .add("maxDeficitWorst", row.maxDeficitWorst());
    }

    /** A policy over all orders of the zoo. */
    private static JsonFields orders(OrdersRow row) {
        return new JsonFields()
                .add("policy", row.policy())
                .add("inFlight", row.inFlight())
                .add("orders", row.orders())
                .add("energyVsStaticMix", row.energyVsStaticMix())
                .add("energyVsStaticMixLeast", row.energyLeast())
                .add("energyVsStaticMixMost", row.energyMost())
                .add("metShareMin", row.metShareMin());
    }
}
