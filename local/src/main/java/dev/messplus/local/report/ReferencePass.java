package dev.messplus.local.report;

import dev.messplus.record.Candidate;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The outcome of every prompt on every model: what the baselines are computed from. */
public final class ReferencePass {

    private final String origin;
    private final List<String> models;
    private final double[][] scores;
    private final double[][] joules;

    /**
     * Outcomes by prompt, then by model.
     *
     * @param origin origin of the outcomes, in words that follow "Baselines are computed from"
     * @param models ids of the models
     * @param scores scores in [0, 1]; {@code NaN} for an answer that failed or was not labelled
     * @param joules energies in joules; {@code NaN} where unknown
     */
    public ReferencePass(String origin, List<String> models, double[][] scores, double[][] joules) {
        this.origin = origin;
        this.models = List.copyOf(models);
        this.scores = copy(scores, models.size());
        this.joules = copy(joules, models.size());
        if (scores.length != joules.length) {
            throw new IllegalArgumentException(
                    "joules: must have a row for each of the "
                            + scores.length
                            + " prompts, had "
                            + joules.length);
        }
    }

    /** The outcomes of a run that explored: requests that did not explore are left out. */
    public static ReferencePass ofExplored(List<String> models, List<Response> responses) {
        List<Response> explored = responses.stream().filter(r -> r.candidates() != null).toList();
        double[][] scores = new double[explored.size()][models.size()];
        double[][] joules = new double[explored.size()][models.size()];
        for (int i = 0; i < explored.size(); i++) {
            Arrays.fill(scores[i], Double.NaN);
            Arrays.fill(joules[i], Double.NaN);
            for (Candidate candidate : explored.get(i).candidates()) {
                int m = models.indexOf(candidate.model());
                if (m >= 0 && candidate.score() != null) {
                    scores[i][m] = candidate.score();
                }
                if (m >= 0 && candidate.energyJoules() != null) {
                    joules[i][m] = candidate.energyJoules();
                }
            }
        }
        String origin =
                "the " + Figures.count(explored.size()) + " requests that every model answered";
        return new ReferencePass(origin, models, scores, joules);
    }

    /** Origin of the outcomes, in words. */
    public String origin() {
        return origin;
    }

    /** Ids of the models. */
    public List<String> models() {
        return models;
    }

    /** Number of prompts. */
    public int prompts() {
        return scores.length;
    }

    /** Number of prompts for which both score and joules of a model are known. */
    public int known(int model) {
        return (int) complete(model).count();
    }

    /** Mean score of a model over its known prompts, in [0, 1]; {@code NaN} without any. */
    public double meanScore(int model) {
        return complete(model).mapToDouble(i -> scores[i][model]).average().orElse(Double.NaN);
    }

    /** Mean energy of a model over its known prompts, in joules; {@code NaN} without any. */
    public double meanJoules(int model) {
        return complete(model).mapToDouble(i -> joules[i][model]).average().orElse(Double.NaN);
    }

    private IntStream complete(int model) {
        return IntStream.range(0, scores.length)
                .filter(i -> !Double.isNaN(scores[i][model]) && !Double.isNaN(joules[i][model]));
    }

    private static double[][] copy(double[][] rows, int width) {
        return Arrays.stream(rows)
                .map(
                        row -> {
                            if (row.length != width) {
                                throw new IllegalArgumentException(
                                        "a row must have "
                                                + width
                                                + " values, one per model, had "
                                                + row.length);
                            }
                            return row.clone();
                        })
                .toArray(double[][]::new);
    }
}
