package dev.messplus.cli;

import dev.messplus.embed.Embedders;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayOptionsBuilder;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.outcome.FeatureCache;
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
        description = {
            "Replays recorded outcomes through the job's own embedder, decisions and learning, and"
                    + " compares MESS+ with other policies.",
            "The table is CSV with the columns doc_id, input_text, benchmark_name, and for every"
                    + " model m label_m (its score, 0 to 1) and energy_consumption_m (its joules).",
            "The first run embeds the prompts and caches their features; later runs take seconds."
        },
        footer = {
            "",
            "For example:",
            "  mess replay --data outcomes.csv --alpha 0.57,0.6",
            "  mess replay --data outcomes.csv --alpha 0.6 --in-flight 256 --feedback-rate 0.2",
            "  mess replay --data outcomes.csv --alpha 0.6 --order kind --json out.json --html out.html",
        })
final class ReplayCommand extends MessCommand {

    @Option(names = "--data", paramLabel = "FILE", description = "The table of outcomes.")
    private Path data;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            split = ",",
            description = "Average scores to reach, each from 0 to 1.")
    private List<Double> alphas = List.of();

    @Option(
            names = "--policies",
            paramLabel = "P",
            split = ",",
            description =
                    "Policies to compare, of stream, paper, paper-best, always, random, single,"
                            + " static and clairvoyant (default: all of these), and of the routers"
                            + " mess-2025, linucb, thompson, paretobandit, port and routellm; each"
                            + " router also with -best, its best settings in hindsight; routers"
                            + " stands for all of them.")
    private List<String> policies = List.of();

    @Mixin private ReplayConditions conditions;

    @Mixin private WarmStartArguments warmStart;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "10",
            description = "Number of runs to average over (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--order",
            paramLabel = "ORDER",
            defaultValue = "random",
            description =
                    "random, different for each seed; file, as in the file; or kind, one"
                            + " benchmark_name after the other, or clusters of prompts if there is"
                            + " only one (default: ${DEFAULT-VALUE}).")
    private Order order;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Replay only the first N requests of each seed's order.")
    private int rows = Integer.MAX_VALUE;

    @Option(
            names = "--models",
            paramLabel = "M",
            split = ",",
            description = "Use only these models, in this order.")
    private List<String> models = List.of();

    @Option(
            names = "--kinds",
            paramLabel = "K",
            split = ",",
            description = "Use only requests with these benchmark_names.")
    private List<String> kinds = List.of();

    @Option(
            names = "--steep",
            description =
                    "Add a simulated model that is hardly worth its price: the scores of the most"
                            + " accurate model, a tenth of them redrawn, at 40 times its joules.")
    private boolean steep;

    @Option(
            names = "--permute",
            description =
                    "Replay the zoo in all orders of its models, or 24 random ones if it has more"
                            + " than 4, and show the spread. --models says the first order.")
    private boolean permute;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting of an SLA in mess.yaml, such as window=500, tolerance=0.01 or, for"
                            + " paper, V=0.1."
                            + " Settings apply to stream if it is among --policies, or else to"
                            + " paper; the other policies have none.")
    private List<String> set = List.of();

    @Option(
            names = "--tolerance-met",
            paramLabel = "T",
            defaultValue = "0.002",
            description =
                    "Alpha counts as met if the mean score is at most T below it (default:"
                            + " ${DEFAULT-VALUE}).")
    private double toleranceMet;

    @Option(
            names = "--embedding",
            paramLabel = "MODEL",
            defaultValue = Embedders.STATIC,
            description =
                    "Embedder of prompts: static, all-MiniLM-L6-v2, hashing, or a folder with an ONNX"
                            + " model (default: ${DEFAULT-VALUE}).")
    private String embedding;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Folder of cached features (default: messplus/features in $XDG_CACHE_HOME or"
                            + " ~/.cache).")
    private Path cache = FeatureCache.defaultFolder();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON.")
    private Path json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the results as an HTML page with plots.")
    private Path html;

    @Option(
            names = "--poster",
            description =
                    "Instead of --data, replay simulated traces that have the mean scores and joules"
                            + " of the MESS+ poster, and print the results beside the poster's.")
    private boolean poster;

    @Option(names = "--plain", description = "Print progress as lines instead of bars.")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
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
        if (warmStart.saves()) {
            show(warmStart.save(options()));
            if (alphas.isEmpty()) {
                return 0;
            }
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
