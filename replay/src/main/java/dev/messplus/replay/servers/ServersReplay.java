package dev.messplus.replay.servers;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Sla;
import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.parallel.ParallelTasks;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.SlaPolicies;
import dev.messplus.replay.serving.MessRouter;
import dev.messplus.replay.serving.MessSettings;
import dev.messplus.replay.serving.MessSettingsBuilder;
import dev.messplus.replay.serving.MixScores;
import dev.messplus.replay.serving.ServingResult.Window;
import dev.messplus.report.Progress;
import dev.messplus.route.config.RoutingConfig.SlaRouting;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;

/** Replays recorded outcomes on simulated servers, over alphas and seeds, on all cores. */
public final class ServersReplay {

    private final ReplayOptions options;
    private final PrintStream log;

    /**
     * A replay that shows its progress on {@code log}. Of the options, those of conditions, order
     * and policies have no effect.
     */
    public ServersReplay(ReplayOptions options, PrintStream log) {
        this.options = options;
        this.log = log;
    }

    /** One seed at one alpha. */
    private record SeedRun(Window mess, MixTrial mix) {}

    /**
     * Reads the table and the file of servers, and replays the one on the other.
     *
     * @throws IllegalArgumentException if the table or an option cannot be used; the message says
     *     why
     * @throws dev.messplus.job.config.ConfigException with all errors of the file
     */
    public ServersReport run(Path servers) {
        if (options.alphas().isEmpty()) {
            throw new IllegalArgumentException("--alpha: must be given, such as --alpha 0.6");
        }
        if (options.settings().containsKey("shards")) {
            throw new IllegalArgumentException(
                    "--set shards: has no effect with --servers, which simulates one; remove it");
        }
        // Before the embedding, which may take minutes.
        var unused = routing(options.alphas().get(0), 0, 1);
        ServersFile file = ServersFile.open(servers);
        Traffic traffic = new Replay(options, log).traffic();
        ServersSetup setup = file.setup(traffic.models());
        return run(
                options.data().getFileName().toString(),
                servers.getFileName().toString(),
                setup,
                traffic);
    }

    /**
     * Replays traffic.
     *
     * @param data name of the traffic in the report
     * @param servers name of the servers in the report
     * @param recorded traffic of all models of the zoo, and maybe others
     */
    ServersReport run(String data, String servers, ServersSetup setup, Traffic recorded) {
        requireScores(setup);
        Traffic traffic = recorded.ofModels(setup.models());
        StaticMixSearch search =
                new StaticMixSearch(setup, traffic, options.alphas().size(), options.plain(), log);
        List<List<MixLine>> lines = search.best(options.alphas());
        List<SeedRun> runs = simulate(setup, traffic, lines);
        List<ServersRow> rows = new ArrayList<>();
        List<Double> overloaded = new ArrayList<>();
        for (int a = 0; a < options.alphas().size(); a++) {
            int from = a * options.seeds();
            List<SeedRun> ofAlpha = runs.subList(from, from + options.seeds());
            double alpha = options.alphas().get(a);
            rows.addAll(rows(alpha, ofAlpha));
            if (ofAlpha.stream().anyMatch(run -> run.mix().overload() > 0)) {
                overloaded.add(alpha);
            }
        }
        return ServersReportBuilder.builder()
                .data(data)
                .servers(servers)
                .setup(setup)
                .leftOut(
                        recorded.models().stream()
                                .filter(model -> !setup.models().contains(model))
                                .toList())
                .options(options)
                .requests(
                        Math.round(
                                runs.stream()
                                        .mapToInt(run -> run.mess().requests())
                                        .average()
                                        .orElseThrow()))
                .rows(rows)
                .frontier(frontier(search.trials()))
                .overloaded(overloaded)
                .build();
    }

    /** A plan goes by the scores of answers that are not served yet. */
    private void requireScores(ServersSetup setup) {
        if (setup.labelDelayMillis() > 0
                && "sequential".equalsIgnoreCase(options.settings().get("explore"))) {
            throw new IllegalArgumentException(
                    "--set explore: must be parallel with labelDelayMillis %d, was sequential, which needs the score of every answer before it is served; set labelDelayMillis: 0, or remove --set explore"
                            .formatted(setup.labelDelayMillis()));
        }
    }

    /** All seeds of one alpha after the other. */
    private List<SeedRun> simulate(ServersSetup setup, Traffic traffic, List<List<MixLine>> lines) {
        List<MixScores> scores = new ArrayList<>();
        for (int seed = 1; seed <= options.seeds(); seed++) {
            scores.add(setup.scores(traffic, seed));
        }
        int runs = options.alphas().size() * options.seeds();
        try (Progress progress = Progress.of("simulating", runs, options.plain(), log)) {
            List<Callable<SeedRun>> tasks = new ArrayList<>();
            for (int a = 0; a < options.alphas().size(); a++) {
                double alpha = options.alphas().get(a);
                List<MixLine> ofAlpha = lines.get(a);
                for (int seed = 1; seed <= options.seeds(); seed++) {
                    long drawn = seed;
                    MixScores ofSeed = scores.get(seed - 1);
                    tasks.add(
                            () -> {
                                MixTrial mix =
                                        ofAlpha.stream()
                                                .map(line -> line.reaching(alpha, ofSeed))
                                                .map(
                                                        shares ->
                                                                MixTrial.run(
                                                                        setup, traffic, shares,
                                                                        drawn))
                                                .min(MixTrial.BEST_FIRST)
                                                .orElseThrow();
                                Window mess = mess(setup, traffic, alpha, drawn);
                                progress.step();
                                return new SeedRun(mess, mix);
                            });
                }
            }
            return ParallelTasks.run(tasks);
        }
    }

    private Window mess(ServersSetup setup, Traffic traffic, double alpha, long seed) {
        MessSettings settings =
                MessSettingsBuilder.builder(
                                MessSettings.ofDefaults(alpha, setup.zoo().size(), seed))
                        .routing(routing(alpha, setup.labelDelayMillis(), seed))
                        .labelAfterMillis(setup.labelDelayMillis())
                        .build();
        return setup.run(traffic, new MessRouter(settings), seed);
    }

    private SlaRouting routing(double alpha, long labelDelayMillis, long seed) {
        SlaRouting scored = SlaPolicies.stream(alpha, options.settings(), seed);
        return labelDelayMillis == 0
                ? scored
                : new SlaRouting(
                        Sla.from(scored.sla()).labels(LabelSource.audit(1)).build(),
                        scored.rule(),
                        scored.repeatWindowMillis());
    }

    private List<ServersRow> rows(double alpha, List<SeedRun> runs) {
        double[] staticJoules = runs.stream().mapToDouble(run -> run.mix().joules()).toArray();
        return List.of(
                new ServersRow(
                        PolicyKind.STREAM,
                        alpha,
                        runs.stream().map(SeedRun::mess).toList(),
                        staticJoules,
                        options.toleranceMet()),
                new ServersRow(
                        PolicyKind.STATIC,
                        alpha,
                        runs.stream().map(run -> run.mix().window()).toList(),
                        staticJoules,
                        options.toleranceMet()));
    }

    private static List<StaticMix> frontier(List<MixTrial> trials) {
        List<StaticMix> frontier = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (MixTrial trial :
                trials.stream()
                        .filter(trial -> trial.overload() == 0)
                        .sorted(Comparator.comparingDouble(MixTrial::joules))
                        .toList()) {
            if (trial.window().score() > best) {
                best = trial.window().score();
                frontier.add(
                        new StaticMix(
                                Arrays.stream(trial.shares()).boxed().toList(),
                                best,
                                trial.joules(),
                                true));
            }
        }
        return frontier;
    }
}
