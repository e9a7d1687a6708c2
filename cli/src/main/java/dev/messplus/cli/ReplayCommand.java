package dev.messplus.cli;

import dev.messplus.embed.Embedders;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.outcome.FeatureCache;
import dev.messplus.replay.outcome.FeatureWriter;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.output.ReplayJson;
import dev.messplus.replay.output.ReplayPage;
import dev.messplus.replay.output.ReplayTables;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.poster.PosterReplay;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mess replay}. */
@Command(
        name = "replay",
        footer = {
            "",
            "For example:",
            "  mess replay --data outcomes.csv --alpha 0.57,0.6",
            "  mess replay --data outcomes.csv --alpha 0.6 --in-flight 256 --feedback-rate 0.2",
            "  mess replay --data outcomes.csv --alpha 0.6 --order kind --json out.json --html out.html",
            "  mess replay --data outcomes.csv --alpha 0.6 --servers servers.yaml --seeds 3",
            "  mess replay --data outcomes.csv --zoos 40 --seeds 1 --policies stream",
        })
final class ReplayCommand extends MessCommand {

    @Option(names = "--data", paramLabel = "FILE")
    private Path data;

    @Option(names = "--alpha", paramLabel = "A", split = ",")
    private List<Double> alphas = List.of();

    @Option(names = "--policies", paramLabel = "P", split = ",")
    private List<String> policies = List.of();

    @Mixin private ReplayConditions conditions;

    @Mixin private WarmStartArguments warmStart;

    @Mixin private ServersArguments servers;

    @Mixin private ZoosArguments zoos;

    @Option(names = "--seeds", paramLabel = "K", defaultValue = "10")
    private int seeds;

    @Option(names = "--order", paramLabel = "ORDER", defaultValue = "random")
    private Order order;

    @Option(names = "--rows", paramLabel = "N")
    private int rows = Integer.MAX_VALUE;

    @Option(names = "--models", paramLabel = "M", split = ",")
    private List<String> models = List.of();

    @Option(names = "--kinds", paramLabel = "K", split = ",")
    private List<String> kinds = List.of();

    @Option(names = "--steep")
    private boolean steep;

    @Option(names = "--permute")
    private boolean permute;

    @Option(names = "--set", paramLabel = "NAME=VALUE")
    private List<String> set = List.of();

    @Option(names = "--tolerance-met", paramLabel = "T", defaultValue = "0.002")
    private double toleranceMet;

    @Option(names = "--embedding", paramLabel = "MODEL", defaultValue = Embedders.STATIC)
    private String embedding;

    @Option(names = "--cache", paramLabel = "DIR")
    private Path cache = FeatureCache.defaultFolder();

    @Option(names = "--write-features", paramLabel = "FILE")
    private Path features;

    @Option(names = "--json", paramLabel = "FILE")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE")
    private Path html;

    @Option(names = "--poster")
    private boolean poster;

    @Option(names = "--plain")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
        servers.validate();
        zoos.validate();
        if (poster == (data != null)) {
            throw new IllegalArgumentException(
                    "--data: must name a CSV file of outcomes, unless --poster is given");
        }
        if (poster && (json != null || html != null)) {
            throw new IllegalArgumentException(
                    "%s: needs --data; --poster only prints to the console"
                            .formatted(json != null ? "--json" : "--html"));
        }
        if (poster) {
            show(PosterReplay.run(options(), System.err));
            return 0;
        }
        if (servers.isGiven()) {
            show(servers.replay(options(), json, html));
            return 0;
        }
        if (zoos.isGiven()) {
            show(zoos.replay(options(), json, html));
            return 0;
        }
        if (warmStart.saves()) {
            show(warmStart.save(options()));
        }
        if (features != null) {
            FeatureWriter.write(features, new Replay(options(), System.err).traffic());
        }
        if (alphas.isEmpty() && (warmStart.saves() || features != null)) {
            return 0;
        }
        ReplayReport report = new Replay(options(), System.err).run();
        show(ReplayTables.render(report));
        if (json != null) {
            ReplayJson.write(json, report);
        }
        if (html != null) {
            ReplayPage.write(html, report);
        }
        return 0;
    }

    private ReplayOptions options() {
        ReplayOptionsBuilder options = ReplayOptionsBuilder.builder();
        conditions.addTo(options);
        return options.data(data)
                .alphas(alphas)
                .order(order)
                .rows(rows)
                .seeds(seeds)
                .policies(chosenPolicies())
                .settings(settings())
                .models(models)
                .kinds(kinds)
                .steep(steep)
                .permute(permute)
                .toleranceMet(toleranceMet)
                .embedding(embedding)
                .cache(cache)
                .warmStart(warmStart.options())
                .plain(plain)
                .build();
    }

    private Set<PolicyKind> chosenPolicies() {
        return policies.isEmpty() ? PolicyKind.defaults() : PolicyKind.of(policies);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        for (String setting : set) {
            String[] parts = setting.split("=", 2);
            if (parts.length != 2 || parts[0].isBlank()) {
                throw new IllegalArgumentException("--set: must be NAME=VALUE, was " + setting);
            }
            if (settings.put(parts[0], parts[1]) != null) {
                throw new IllegalArgumentException(
                        "--set %s: must be given once, was given twice".formatted(parts[0]));
            }
        }
        return settings;
    }
}
