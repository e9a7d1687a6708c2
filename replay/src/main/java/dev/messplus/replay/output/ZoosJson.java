package dev.messplus.replay.output;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.Words;
import dev.messplus.replay.zoos.ZooResult;
import dev.messplus.replay.zoos.ZoosReport;
import dev.messplus.replay.zoos.ZoosRow;
import dev.messplus.report.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;

/** Writes a report on random zoos as JSON. Fields without a value are left out. */
public final class ZoosJson {

    private ZoosJson() {}

    /** Writes or replaces a file; its folder is created if it is missing. */
    public static void write(Path file, ZoosReport report) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, render(report));
    }

    static String render(ZoosReport report) throws IOException {
        ReplayOptions options = report.options();
        return JsonText.render(
                new JsonFields()
                        .add("data", report.data())
                        .add("requests", report.requests())
                        .add("world", report.world())
                        .add("order", Words.of(options.order()))
                        .add("passes", options.passes())
                        .add("drift", Words.of(options.drift()))
                        .add("seeds", options.seeds())
                        .add("embedding", options.embedding())
                        .add("toleranceMet", options.toleranceMet())
                        .add("settings", new TreeMap<>(options.settings()))
                        .add("zoos", report.zoos().stream().map(ZoosJson::zoo).toList())
                        .add("summary", report.rows().stream().map(ZoosJson::summary).toList())
                        .add("notes", report.notes()));
    }

    private static JsonFields zoo(ZooResult zoo) {
        return new JsonFields()
                .add("zoo", zoo.number())
                .add("models", zoo.models())
                .add("alpha", zoo.alpha())
                .add("priceRange", zoo.traits().priceRange())
                .add("correlation", zoo.traits().correlation())
                .add("kinds", zoo.traits().kinds())
                .add("grades", zoo.traits().grades())
                .add("runs", zoo.rows().stream().map(ZoosJson::run).toList());
    }

    /** A policy on one zoo. */
    private static JsonFields run(ReplayRow row) {
        return new JsonFields()
                .add("policy", row.policy())
                .add("inFlight", row.inFlight())
                .addWithInterval("energyPerRequest", row.energy())
                .addWithInterval("energyVsStaticMix", row.vsStaticMix())
                .addWithInterval("score", row.score())
                .add("metShare", row.metShare())
                .add("windowMet", row.windowMetShare());
    }

    /** A policy over all zoos. */
    private static JsonFields summary(ZoosRow row) {
        return new JsonFields()
                .add("policy", row.policy())
                .add("inFlight", row.inFlight())
                .add("zoos", row.zoos())
                .add("energyVsStaticMix", row.energyVsStaticMix())
                .add("energyVsStaticMixCi95", row.ci95())
                .add("energyVsStaticMixMost", row.energyMost())
                .add("worstZoo", row.worstZoo())
                .add("metShare", row.metShare())
                .add("windowMet", row.windowMet())
                .add("worstScore", row.worstScore());
    }
}
