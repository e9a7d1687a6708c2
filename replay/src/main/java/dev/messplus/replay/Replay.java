package dev.messplus.replay;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.embed.Embedders;
import dev.messplus.embed.PromptFeatures;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.FeatureCache;
import dev.messplus.replay.outcome.Outcome;
import dev.messplus.replay.outcome.OutcomeReader;
import dev.messplus.replay.outcome.OutcomeTable;
import dev.messplus.replay.outcome.SteepModel;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.outcome.ZooOrders;
import dev.messplus.replay.parallel.ParallelTasks;
import dev.messplus.replay.policy.Episode;
import dev.messplus.replay.policy.JudgeSays;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.SeedResult;
import dev.messplus.replay.policy.SlaWindow;
import dev.messplus.report.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/** Replays policies over alphas, numbers of requests in flight and seeds, on all cores. */
public final class Replay {

    /** Share of seeds in which a setting of a grid must meet alpha. */
    private static final double GRID_MET_SHARE = .9;

    private final ReplayOptions options;
    private final PrintStream log;

    /** A replay that shows its progress on {@code log}. */
    public Replay(ReplayOptions options, PrintStream log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Reads the table, computes the features of its prompts, and replays it.
     *
     * @throws IllegalArgumentException if the file or an option cannot be used; the message says
     *     why
     */
    public ReplayReport run() {
        if (options.alphas().isEmpty()) {
            throw new IllegalArgumentException("--alpha: must be given, such as --alpha 0.6");
        }
        // Before the embedding, which may take minutes.
        options.ruleSettings().validate(options.alphas().get(0));
        return run(options.data().getFileName().toString(), traffic());
    }

    /**
     * Reads the table, and computes the features of its prompts.
     *
     * @throws IllegalArgumentException if the file or an option cannot be used; the message says
     *     why
     */
    public Traffic traffic() {
        OutcomeTable table = OutcomeReader.read(options.data());
        float[][] features =
                new FeatureCache(options.cache(), log, options.plain())
                        .features(
                                options.embedding(),
                                PromptFeatures.kinds(),
                                table.rows().stream().map(Outcome::text).toList(),
                                () -> new PromptFeatures(Embedders.open(options.embedding())));
        Traffic traffic = Traffic.of(table, features);
        traffic = options.kinds().isEmpty() ? traffic : traffic.ofKinds(options.kinds());
        traffic = options.models().isEmpty() ? traffic : traffic.ofModels(options.models());
        return options.steep() ? SteepModel.addTo(traffic) : traffic;
    }

    /**
     * Replays traffic.
     *
     * @param data name of the traffic in the report
     */
    public ReplayReport run(String data, Traffic traffic) {
        requireReadings(traffic);
        List<SeedRun> seeds = SeedRun.of(traffic, options);
        Arrivals first = seeds.get(0).arrivals();
        List<ReplayRow> rows = onlyBestOfGrid(replay(entries(traffic), seeds));
        return ReplayReportBuilder.builder()
                .data(data)
                .models(traffic.models())
                .options(options)
                .requests(first.size())
                .rows(rows)
                .frontier(StaticMix.frontier(first.means()))
                .orders(options.permute() ? permuted(data, traffic, rows) : List.of())
                .build();
    }

    private void requireReadings(Traffic traffic) {
        if (options.judge() != null
                && options.judge().says() == JudgeSays.RECORDED
                && !traffic.hasReadings()) {
            throw new IllegalArgumentException(
                    "--judge-says recorded: needs a column reading_MODEL for each model of the table, and neither --zoos nor --steep");
        }
    }

    /** Figures over all orders of the zoo, of which the first is replayed already. */
    private List<OrdersRow> permuted(String data, Traffic traffic, List<ReplayRow> first) {
        var each = new Replay(ReplayOptionsBuilder.builder(options).permute(false).build(), log);
        List<List<SummaryRow>> summaries = new ArrayList<>(List.of(SummaryRow.of(first)));
        ZooOrders.of(traffic.models()).stream()
                .skip(1)
                .map(order -> each.run(data, traffic.ofModels(order)).summary())
                .forEach(summaries::add);
        return OrdersRow.of(summaries);
    }

    private List<ReplayEntry> entries(Traffic traffic) {
        Set<PolicyKind> kinds = new TreeSet<>(options.policies());
        List<ReplayEntry> entries = new ArrayList<>();
        for (double alpha : options.alphas()) {
            for (int inFlight : options.inFlight()) {
                for (PolicyKind kind : kinds) {
                    kind.policies(traffic, options.ruleSettings()).stream()
                            .map(policy -> new ReplayEntry(kind, policy, alpha, inFlight))
                            .forEach(entries::add);
                }
            }
        }
        return entries;
    }

    private List<ReplayRow> replay(List<ReplayEntry> entries, List<SeedRun> runs) {
        int seeds = runs.size();
        SlaWindow window = options.ruleSettings().window(entries.get(0).alpha());
        List<Callable<SeedResult>> tasks = new ArrayList<>(entries.size() * seeds);
        List<SeedResult> results;
        try (Progress progress =
                Progress.of("replaying", (long) entries.size() * seeds, options.plain(), log)) {
            for (ReplayEntry entry : entries) {
                for (int s = 0; s < seeds; s++) {
                    Episode episode = episode(entry, runs.get(s), s + 1, window);
                    tasks.add(
                            () -> {
                                SeedResult result = entry.policy().replay(episode);
                                progress.step();
                                return result;
                            });
                }
            }
            results = ParallelTasks.run(tasks);
        }
        List<List<ModelMean>> means = runs.stream().map(run -> run.arrivals().means()).toList();
        List<ReplayRow> rows = new ArrayList<>(entries.size());
        for (int e = 0; e < entries.size(); e++) {
            int from = e * seeds;
            rows.add(row(entries.get(e), results.subList(from, from + seeds), means, window));
        }
        return rows;
    }

    private Episode episode(ReplayEntry entry, SeedRun run, long seed, SlaWindow window) {
        return new Episode(
                run.arrivals(),
                entry.alpha(),
                options.conditions(entry.inFlight()),
                seed,
                run.history(),
                window);
    }

    private ReplayRow row(
            ReplayEntry entry,
            List<SeedResult> seeds,
            List<List<ModelMean>> means,
            SlaWindow window) {
        double[] staticJoules =
                means.stream()
                        .mapToDouble(zoo -> StaticMix.leastEnergy(zoo, entry.alpha()).joules())
                        .toArray();
        return new ReplayRow(entry, seeds, staticJoules, options.toleranceMet(), window);
    }

    private static List<ReplayRow> onlyBestOfGrid(List<ReplayRow> rows) {
        Map<List<Object>, List<ReplayRow>> grids = new HashMap<>();
        rows.stream()
                .filter(row -> row.kind().grid().isPresent())
                .forEach(
                        row ->
                                grids.computeIfAbsent(
                                                List.of(row.kind(), row.alpha(), row.inFlight()),
                                                key -> new ArrayList<>())
                                        .add(row));
        List<ReplayRow> best = grids.values().stream().map(Replay::bestOfGrid).toList();
        return rows.stream()
                .filter(row -> row.kind().grid().isEmpty() || best.contains(row))
                .toList();
    }

    /**
     * The row of least energy among those that met alpha often enough; or else the one that met it
     * most often, of two alike the one of higher score.
     */
    static ReplayRow bestOfGrid(List<ReplayRow> grid) {
        return grid.stream()
                .min(
                        Comparator.<ReplayRow>comparingDouble(
                                        row -> -Math.min(row.metShare(), GRID_MET_SHARE))
                                .thenComparingDouble(
                                        row ->
                                                row.metShare() >= GRID_MET_SHARE
                                                        ? row.energy().mean()
                                                        : -row.score().mean()))
                .orElseThrow();
    }
}
