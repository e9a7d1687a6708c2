package dev.messplus.replay;

import dev.messplus.core.baseline.ModelMean;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.embedding.Embedders;
import dev.messplus.embedding.PromptFeatures;
import dev.messplus.job.config.SlaConfig;
import dev.messplus.report.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Replays policies over alphas, numbers in flight and seeds, on all cores. */
public final class Replay {

    private final ReplayOptions options;
    private final PrintStream log;

    /** A replay that shows its progress on {@code log}. */
    public Replay(ReplayOptions options, PrintStream log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Reads, embeds and replays.
     *
     * @throws IllegalArgumentException if the file or an option cannot be used; the message says
     *     why
     */
    public ReplayReport run() {
        if (options.alphas().isEmpty()) {
            throw new IllegalArgumentException("--alpha: must be given, such as --alpha 0.6");
        }
        // Checked before anything takes its time.
        SlaPolicies.stream(options.alphas().get(0), options.settings(), 1);
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
        traffic = options.steep() ? traffic.withSteepModel() : traffic;
        return run(options.data().getFileName().toString(), traffic);
    }

    /**
     * Replays.
     *
     * @param data what the traffic is called
     */
    ReplayReport run(String data, Traffic traffic) {
        List<Replayed> seeds =
                options.order().of(traffic, options.seeds(), options.rows()).stream()
                        .map(order -> new Replayed(order, traffic.means(order)))
                        .toList();
        List<Entry> entries = new ArrayList<>();
        for (double alpha : options.alphas()) {
            for (int inFlight : options.inFlight()) {
                entries.addAll(entries(traffic, alpha, inFlight));
            }
        }
        return new ReplayReport(
                data,
                traffic.models(),
                options,
                seeds.get(0).order().length,
                withTheBestOfTheGrid(replay(entries, seeds)),
                StaticMix.frontier(traffic.means(traffic.fileOrder())));
    }

    /** What a seed replays: indices of requests, and the models' means over them. */
    private record Replayed(int[] order, List<ModelMean> means) {}

    /** A policy under one setting. */
    private record Entry(
            ReplayPolicy kind,
            String policy,
            String detail,
            double alpha,
            int inFlight,
            Player player) {}

    private interface Player {
        SeedResult play(Replayed replayed, long seed);
    }

    private List<ReplayRow> replay(List<Entry> entries, List<Replayed> seeds) {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        var done = new AtomicInteger();
        try (Progress progress =
                Progress.of(
                        "replaying", (long) entries.size() * seeds.size(), options.plain(), log)) {
            List<List<Future<SeedResult>>> results = new ArrayList<>();
            for (Entry entry : entries) {
                List<Future<SeedResult>> ofEntry = new ArrayList<>();
                for (int s = 0; s < seeds.size(); s++) {
                    Replayed replayed = seeds.get(s);
                    long seed = s + 1;
                    ofEntry.add(
                            threads.submit(
                                    () -> {
                                        SeedResult result = entry.player().play(replayed, seed);
                                        synchronized (progress) {
                                            progress.update(done.incrementAndGet(), "");
                                        }
                                        return result;
                                    }));
                }
                results.add(ofEntry);
            }
            List<ReplayRow> rows = new ArrayList<>();
            for (int e = 0; e < entries.size(); e++) {
                rows.add(row(entries.get(e), results.get(e), seeds));
            }
            return rows;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? cause
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replaying", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private ReplayRow row(Entry entry, List<Future<SeedResult>> results, List<Replayed> seeds)
            throws ExecutionException, InterruptedException {
        List<SeedResult> ofSeeds = new ArrayList<>();
        for (Future<SeedResult> result : results) {
            ofSeeds.add(result.get());
        }
        return ReplayRow.of(
                entry.kind(),
                entry.policy(),
                entry.detail(),
                entry.alpha(),
                entry.inFlight(),
                ofSeeds,
                seeds.stream()
                        .mapToDouble(
                                seed -> StaticMix.leastEnergy(seed.means(), entry.alpha()).joules())
                        .toArray(),
                options.toleranceMet());
    }

    private static List<ReplayRow> withTheBestOfTheGrid(List<ReplayRow> rows) {
        Map<List<Number>, List<ReplayRow>> grids = new HashMap<>();
        rows.stream()
                .filter(row -> row.kind() == ReplayPolicy.PAPER_BEST)
                .forEach(
                        row ->
                                grids.computeIfAbsent(
                                                List.of(row.alpha(), row.inFlight()),
                                                key -> new ArrayList<>())
                                        .add(row));
        List<ReplayRow> best = grids.values().stream().map(PaperGrid::best).toList();
        return rows.stream()
                .filter(row -> row.kind() != ReplayPolicy.PAPER_BEST || best.contains(row))
                .toList();
    }

    private List<Entry> entries(Traffic traffic, double alpha, int inFlight) {
        List<Entry> entries = new ArrayList<>();
        for (ReplayPolicy kind : ReplayPolicy.values()) {
            if (options.policies().contains(kind)) {
                entries.addAll(entries(kind, traffic, alpha, inFlight));
            }
        }
        return entries;
    }

    private List<Entry> entries(ReplayPolicy kind, Traffic traffic, double alpha, int inFlight) {
        return switch (kind) {
            case STREAM ->
                    List.of(
                            mess(
                                    kind,
                                    changed(options.settings()),
                                    traffic,
                                    inFlight,
                                    alpha,
                                    options.settings()));
            case PAPER -> List.of(paper(traffic, alpha, inFlight));
            case PAPER_BEST ->
                    PaperGrid.points().stream()
                            .map(
                                    point ->
                                            mess(
                                                    kind,
                                                    point.title(),
                                                    traffic,
                                                    inFlight,
                                                    alpha,
                                                    settings(point, traffic)))
                            .toList();
            case ALWAYS ->
                    IntStream.range(0, traffic.models().size())
                            .mapToObj(model -> always(traffic, model, alpha, inFlight))
                            .toList();
            case RANDOM ->
                    List.of(
                            mix(
                                    kind,
                                    kind.title(),
                                    traffic,
                                    alpha,
                                    inFlight,
                                    means -> StaticMix.randomWithConstraint(means, alpha)));
            case SINGLE ->
                    List.of(
                            mix(
                                    kind,
                                    kind.title(),
                                    traffic,
                                    alpha,
                                    inFlight,
                                    means -> single(means, alpha)));
            case STATIC ->
                    List.of(
                            mix(
                                    kind,
                                    kind.title(),
                                    traffic,
                                    alpha,
                                    inFlight,
                                    means -> StaticMix.leastEnergy(means, alpha)));
            case CLAIRVOYANT ->
                    List.of(
                            new Entry(
                                    kind,
                                    kind.title(),
                                    "",
                                    alpha,
                                    inFlight,
                                    (replayed, seed) ->
                                            Clairvoyant.run(traffic, alpha, replayed.order())));
        };
    }

    private static Entry always(Traffic traffic, int model, double alpha, int inFlight) {
        return mix(
                ReplayPolicy.ALWAYS,
                ReplayPolicy.ALWAYS.title() + " " + traffic.models().get(model),
                traffic,
                alpha,
                inFlight,
                means -> StaticMix.always(means, model, alpha));
    }

    /** A policy that draws models from the mix that suits the means of what is replayed. */
    private static Entry mix(
            ReplayPolicy kind,
            String policy,
            Traffic traffic,
            double alpha,
            int inFlight,
            Function<List<ModelMean>, StaticMix> mixOf) {
        return new Entry(
                kind,
                policy,
                "",
                alpha,
                inFlight,
                (replayed, seed) ->
                        MixReplay.run(
                                traffic,
                                mixOf.apply(replayed.means()),
                                alpha,
                                replayed.order(),
                                seed));
    }

    /** Settings are the stream's, unless there is no stream to compare. */
    private Entry paper(Traffic traffic, double alpha, int inFlight) {
        boolean alone = !options.policies().contains(ReplayPolicy.STREAM);
        Map<String, String> settings = alone ? options.settings() : Map.of();
        String detail = settings.isEmpty() ? "V 0.1 per joule, c 3" : changed(settings);
        return mess(ReplayPolicy.PAPER, detail, traffic, inFlight, alpha, settings);
    }

    private Entry mess(
            ReplayPolicy kind,
            String detail,
            Traffic traffic,
            int inFlight,
            double alpha,
            Map<String, String> settings) {
        return new Entry(
                kind,
                kind.title(),
                detail,
                alpha,
                inFlight,
                (replayed, seed) -> {
                    SlaConfig mess =
                            kind == ReplayPolicy.STREAM
                                    ? SlaPolicies.stream(alpha, settings, seed)
                                    : SlaPolicies.paper(alpha, settings, seed);
                    return new StreamReplay(
                                    traffic,
                                    mess.sla(),
                                    mess.rule(),
                                    inFlight,
                                    options.feedbackRate())
                            .run(replayed.order());
                });
    }

    private static Map<String, String> settings(PaperGrid.Point point, Traffic traffic) {
        double dearest =
                traffic.means(traffic.fileOrder()).stream()
                        .mapToDouble(ModelMean::joules)
                        .max()
                        .orElseThrow();
        double v = dearest > 0 ? point.v() / dearest : point.v();
        return Map.of("V", String.valueOf(v), "explorationRate", String.valueOf(point.c()));
    }

    private static String changed(Map<String, String> settings) {
        return settings.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(setting -> setting.getKey() + " " + setting.getValue())
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    /** The cheapest model that reaches alpha by itself, or else the most accurate one. */
    private static StaticMix single(List<ModelMean> means, double alpha) {
        List<StaticMix> models =
                IntStream.range(0, means.size())
                        .mapToObj(m -> StaticMix.always(means, m, alpha))
                        .toList();
        return models.stream()
                .filter(StaticMix::feasible)
                .min(Comparator.comparingDouble(StaticMix::joules))
                .orElseGet(
                        () ->
                                models.stream()
                                        .max(Comparator.comparingDouble(StaticMix::score))
                                        .orElseThrow());
    }
}
