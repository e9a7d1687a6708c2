package dev.messplus.cli;

import dev.messplus.embedding.Embedders;
import dev.messplus.replay.FeatureCache;
import dev.messplus.replay.Order;
import dev.messplus.replay.PosterReplay;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayJson;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.ReplayPage;
import dev.messplus.replay.ReplayPolicy;
import dev.messplus.replay.ReplayReport;
import dev.messplus.replay.ReplayTables;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Replays recorded outcomes through the job's own embedder, decisions and learning, and"
                    + " sets MESS+ beside other policies.",
            "The table is CSV with the columns doc_id, input_text, benchmark_name, and for every"
                    + " model m label_m (its score, 0 to 1) and energy_consumption_m (its joules).",
            "The first run embeds the prompts, which are kept; later ones take seconds."
        },
        footer = {
            "",
            "For example:",
            "  mess replay --data outcomes.csv --alpha 0.57,0.6",
            "  mess replay --data outcomes.csv --alpha 0.6 --in-flight 256 --feedback-rate 0.2",
            "  mess replay --data outcomes.csv --alpha 0.6 --order kind --json out.json --html out.html",
        })
final class ReplayCommand implements Callable<Integer> {

    /** Whose rules MESS+ follows. */
    enum Preset {
        STREAM,
        PAPER
    }

    /** The order of requests, in one word or another. */
    static final class Ordering {

        @Option(
                names = "--order",
                paramLabel = "ORDER",
                description =
                        "random, another for each seed (the default); file, as in the file; kind,"
                                + " one benchmark_name after the other, or clusters of prompts if"
                                + " there is but one.")
        private Order order;

        @Option(names = "--shuffle", description = "The same as --order random.")
        private boolean shuffle;

        @Option(names = "--in-order", description = "The same as --order file.")
        private boolean inOrder;

        Order order() {
            return inOrder ? Order.FILE : order == null ? Order.RANDOM : order;
        }
    }

    @Spec private CommandSpec spec;

    @Option(names = "--data", paramLabel = "FILE", description = "The table of outcomes.")
    private Path data;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            split = ",",
            description = "Average scores to owe, 0 to 1.")
    private List<Double> alphas = List.of();

    @Option(
            names = "--preset",
            paramLabel = "PRESET",
            description =
                    "stream or paper: the only MESS+ to show (default: both, and the paper's with"
                            + " its best settings).")
    private Preset preset;

    @Option(
            names = "--policies",
            paramLabel = "P",
            split = ",",
            description =
                    "Only some of stream, paper, paper-best, always, random, single, static,"
                            + " clairvoyant.")
    private List<String> policies = List.of();

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            split = ",",
            defaultValue = "0,256,1024",
            description =
                    "Requests that are decided before the outcome of one is known (default:"
                            + " ${DEFAULT-VALUE}).")
    private List<Integer> inFlight;

    @Option(
            names = "--feedback-rate",
            paramLabel = "R",
            defaultValue = "1",
            description =
                    "Share of requests whose labels ever come; the others are given up after twice"
                            + " the time a label takes (default: ${DEFAULT-VALUE}).")
    private double feedbackRate;

    @Option(
            names = "--seeds",
            paramLabel = "K",
            defaultValue = "10",
            description = "Runs to average over (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @ArgGroup private Ordering ordering = new Ordering();

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Only the first N requests of each seed's order.")
    private int rows = Integer.MAX_VALUE;

    @Option(
            names = "--models",
            paramLabel = "M",
            split = ",",
            description = "Only these models, in this order.")
    private List<String> models = List.of();

    @Option(
            names = "--kinds",
            paramLabel = "K",
            split = ",",
            description = "Only requests of these benchmark_names.")
    private List<String> kinds = List.of();

    @Option(
            names = "--steep",
            description =
                    "Add a model that is hardly worth its price: the most accurate one's scores, a"
                            + " tenth of them redrawn, at 40 times its joules.")
    private boolean steep;

    @Option(
            names = "--V",
            paramLabel = "V",
            description = "Weight of energy against quality, or auto.")
    private String v;

    @Option(
            names = "--window",
            paramLabel = "N",
            description = "Requests that auto V may be behind in.")
    private Integer window;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            description = "Shortfall of the average over the window that auto V may use.")
    private Double tolerance;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "Any other setting of an SLA in mess.yaml, such as explorationBudget=0.1. These"
                            + " four are settings of mess+ (stream), or with --preset paper of"
                            + " mess+ (paper).")
    private Map<String, String> set = Map.of();

    @Option(
            names = "--tolerance-met",
            paramLabel = "T",
            defaultValue = "0.002",
            description =
                    "Alpha counts as met if the mean score is at most this below (default:"
                            + " ${DEFAULT-VALUE}).")
    private double toleranceMet;

    @Option(
            names = "--embedding",
            paramLabel = "MODEL",
            defaultValue = Embedders.MINI_LM,
            description =
                    "What embeds prompts: all-MiniLM-L6-v2, hashing, or a folder with an ONNX model"
                            + " (default: ${DEFAULT-VALUE}).")
    private String embedding;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Where features of prompts are kept (default: messplus/features in"
                            + " $XDG_CACHE_HOME or ~/.cache).")
    private Path cache = FeatureCache.defaultFolder();

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures as JSON.")
    private Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with plots.")
    private Path html;

    @Option(
            names = "--poster",
            description =
                    "Instead of --data: made-up traces with the mean scores and joules of the MESS+"
                            + " poster, beside its results. A simulation.")
    private boolean poster;

    @Option(names = "--plain", description = "No bars.")
    private boolean plain;

    @Override
    public Integer call() throws Exception {
        if (poster == (data != null)) {
            throw new IllegalArgumentException(
                    "--data: must be given, a CSV file of outcomes; or else --poster");
        }
        if (poster && (json != null || html != null)) {
            throw new IllegalArgumentException(
                    "%s: goes with --data; --poster is shown on the console alone"
                            .formatted(json != null ? "--json" : "--html"));
        }
        if (poster) {
            show(PosterReplay.run(options(), System.err));
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

    private void show(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    private ReplayOptions options() {
        return new ReplayOptions(
                data,
                alphas,
                inFlight,
                feedbackRate,
                ordering.order(),
                rows,
                seeds,
                chosen(),
                settings(),
                models,
                kinds,
                steep,
                toleranceMet,
                embedding,
                cache,
                plain);
    }

    private Set<ReplayPolicy> chosen() {
        Set<ReplayPolicy> chosen = EnumSet.allOf(ReplayPolicy.class);
        if (!policies.isEmpty()) {
            chosen = EnumSet.noneOf(ReplayPolicy.class);
            for (String policy : policies) {
                chosen.add(ReplayPolicy.of(policy));
            }
        }
        if (preset == Preset.PAPER) {
            chosen.remove(ReplayPolicy.STREAM);
            chosen.remove(ReplayPolicy.PAPER_BEST);
        } else if (preset == Preset.STREAM) {
            chosen.remove(ReplayPolicy.PAPER);
            chosen.remove(ReplayPolicy.PAPER_BEST);
        }
        return chosen;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(set);
        if (v != null) {
            settings.put("V", v);
        }
        if (window != null) {
            settings.put("window", window.toString());
        }
        if (tolerance != null) {
            settings.put("tolerance", tolerance.toString());
        }
        return settings;
    }
}
