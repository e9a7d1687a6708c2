package dev.messplus.replay.servers;

import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.parallel.ParallelTasks;
import dev.messplus.replay.serving.MixScores;
import dev.messplus.report.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Searches the static mixes of least energy in a world, in hindsight: the requests and their scores
 * are known.
 *
 * <p><b>What is tried.</b> Every model alone; every pair of models at the share at which its score
 * just reaches alpha, found by bisection; and every pair at the shares of a grid of {@value #STEPS}
 * steps that reach alpha. Each is simulated, and those of least energy are kept.
 *
 * <p><b>Why pairs.</b> Where servers keep up, the power of a device rises less than in proportion
 * to its load. The energy of a mix is then concave in the shares, and least at a corner of the
 * mixes that reach alpha: a single model, or a pair that just reaches it. Where a mix asks more of
 * a server than it can do, this does not hold. If the mix of least energy is such a one, shares are
 * moved between any two models, in steps of the grid, from the best mix that keeps up, until no
 * move makes it better, {@value #MAX_ROUNDS} rounds at most. A mix of three models is found only
 * so.
 *
 * <p><b>What it costs.</b> All trials together simulate some {@value #MAX_REQUESTS} requests. If
 * the run is longer, the search has the same rates in less time, but no fewer than {@value
 * #MIN_REQUESTS} requests each. Who calls replays what was kept in full.
 */
final class StaticMixSearch {

    static final int STEPS = 8;
    static final int MAX_ROUNDS = 6;
    static final int MAX_REQUESTS = 1_000_000;
    static final int MIN_REQUESTS = 2_000;

    /** Lines that are kept for each alpha. */
    private static final int KEPT = 3;

    private static final long SEED = 1;

    private final Traffic traffic;
    private final ServersSetup setup;
    private final MixScores scores;
    private final int models;
    private final boolean plain;
    private final PrintStream log;
    private final Map<List<Double>, MixTrial> trials = new HashMap<>();

    /**
     * A search.
     *
     * @param full the world
     * @param alphas number of alphas that mixes will be sought for
     * @param plain whether progress is shown as lines
     */
    StaticMixSearch(
            ServersSetup full, Traffic traffic, int alphas, boolean plain, PrintStream log) {
        this.traffic = traffic;
        this.models = full.zoo().size();
        this.plain = plain;
        this.log = log;
        int pairs = models * (models - 1) / 2;
        double each = MAX_REQUESTS / (models + (double) pairs * (STEPS - 1 + alphas));
        double factor = Math.max(each, MIN_REQUESTS) / full.requests();
        setup = factor < 1 ? full.inTimes(factor) : full;
        scores = setup.scores(traffic, SEED);
    }

    /**
     * The mixes of least energy that reach each alpha, the best first. If no model reaches it, the
     * most accurate one.
     */
    List<List<MixLine>> best(List<Double> alphas) {
        List<List<MixLine>> lines = alphas.stream().map(this::lines).toList();
        List<double[]> mixes = new ArrayList<>();
        for (int a = 0; a < alphas.size(); a++) {
            for (MixLine line : lines.get(a)) {
                mixes.add(line.reaching(alphas.get(a), scores));
            }
        }
        simulate(mixes);
        List<List<MixLine>> best = new ArrayList<>();
        for (int a = 0; a < alphas.size(); a++) {
            best.add(best(alphas.get(a), lines.get(a)));
        }
        return best;
    }

    /** Number of requests to expect of a trial. */
    double requests() {
        return setup.requests();
    }

    /** All mixes that were simulated. */
    List<MixTrial> trials() {
        return List.copyOf(trials.values());
    }

    /** Models and pairs that can reach an alpha. */
    private List<MixLine> lines(double alpha) {
        double[] means = scores.means();
        double[] mostAccurate = MixLine.single(mostAccurate(means), models);
        List<MixLine> lines = new ArrayList<>();
        for (int low = 0; low < models; low++) {
            double[] alone = MixLine.single(low, models);
            if (means[low] >= alpha) {
                lines.add(new MixLine(alone, mostAccurate));
            }
            for (int high = 0; high < models; high++) {
                if (means[low] < alpha && alpha <= means[high]) {
                    lines.add(new MixLine(alone, MixLine.single(high, models)));
                }
            }
            for (int other = low + 1; other < models; other++) {
                lines.addAll(grid(alpha, low, other, mostAccurate));
            }
        }
        return lines.isEmpty() ? List.of(new MixLine(mostAccurate, mostAccurate)) : lines;
    }

    private static int mostAccurate(double[] means) {
        int best = 0;
        for (int m = 1; m < means.length; m++) {
            best = means[m] > means[best] ? m : best;
        }
        return best;
    }

    private List<MixLine> grid(double alpha, int one, int other, double[] mostAccurate) {
        List<MixLine> lines = new ArrayList<>();
        for (int step = 1; step < STEPS; step++) {
            double[] shares = new double[models];
            shares[one] = step / (double) STEPS;
            shares[other] = 1 - shares[one];
            if (scores.of(shares) >= alpha) {
                lines.add(new MixLine(shares, mostAccurate));
            }
        }
        return lines;
    }

    private List<MixLine> best(double alpha, List<MixLine> lines) {
        Map<MixLine, MixTrial> tried = new LinkedHashMap<>();
        lines.forEach(line -> tried.put(line, trial(line.reaching(alpha, scores))));
        boolean overloads =
                tried.values().stream()
                                .min(Comparator.comparingDouble(MixTrial::joules))
                                .orElseThrow()
                                .overload()
                        > 0;
        if (overloads) {
            move(alpha, tried);
        }
        return tried.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(MixTrial.BEST_FIRST))
                .limit(KEPT)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Moves shares between models as long as that helps. */
    private void move(double alpha, Map<MixLine, MixTrial> tried) {
        double[] mostAccurate = MixLine.single(mostAccurate(scores.means()), models);
        for (int round = 0; round < MAX_ROUNDS; round++) {
            MixTrial best = tried.values().stream().min(MixTrial.BEST_FIRST).orElseThrow();
            List<double[]> moved =
                    moves(best.shares()).stream()
                            .filter(shares -> scores.of(shares) >= alpha)
                            .toList();
            simulate(moved);
            moved.forEach(shares -> tried.put(new MixLine(shares, mostAccurate), trial(shares)));
            if (tried.values().stream().min(MixTrial.BEST_FIRST).orElseThrow() == best) {
                return;
            }
        }
    }

    private static List<double[]> moves(double[] shares) {
        List<double[]> moves = new ArrayList<>();
        for (int from = 0; from < shares.length; from++) {
            double amount = Math.min(shares[from], 1. / STEPS);
            for (int to = 0; to < shares.length; to++) {
                if (to != from && amount > 0) {
                    double[] moved = shares.clone();
                    moved[from] -= amount;
                    moved[to] += amount;
                    moves.add(moved);
                }
            }
        }
        return moves;
    }

    private MixTrial trial(double[] shares) {
        return trials.get(key(shares));
    }

    private static List<Double> key(double[] shares) {
        return Arrays.stream(shares).boxed().toList();
    }

    private void simulate(List<double[]> mixes) {
        Map<List<Double>, double[]> open = new LinkedHashMap<>();
        mixes.forEach(shares -> open.put(key(shares), shares));
        open.keySet().removeAll(trials.keySet());
        if (open.isEmpty()) {
            return;
        }
        try (Progress progress = Progress.of("static mixes", open.size(), plain, log)) {
            List<Callable<MixTrial>> tasks = new ArrayList<>();
            for (double[] shares : open.values()) {
                tasks.add(
                        () -> {
                            MixTrial trial = MixTrial.run(setup, traffic, shares, SEED);
                            progress.step();
                            return trial;
                        });
            }
            ParallelTasks.run(tasks).forEach(trial -> trials.put(key(trial.shares()), trial));
        }
    }
}
