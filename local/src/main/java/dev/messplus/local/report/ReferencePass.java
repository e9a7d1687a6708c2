package dev.messplus.local.report;

import dev.messplus.record.Candidate;
import dev.messplus.record.Response;
import dev.messplus.report.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What every model of the zoo made of the same prompts: the outcomes baselines are computed of. */
public final class ReferencePass {

    private final String origin;
    private final List<String> models;
    private final double[][] scores;
    private final double[][] joules;

    /**
     * Takes the outcomes, indexed by prompt, then by model.
     *
     * @param origin where they come from, to follow "Baselines are computed from"
     * @param models the zoo
     * @param scores accuracy in [0, 1]; {@code NaN} where a model gave no answer or no label came
     * @param joules energy in joules; {@code NaN} where it is not known
     */
    public ReferencePass(String origin, List<String> models, double[][] scores, double[][] joules) {
        this.origin = origin;
        this.models = List.copyOf(models);
        this.scores = copy(scores, models.size());
        this.joules = copy(joules, models.size());
        if (scores.length != joules.length) {
            throw new IllegalArgumentException("scores and joules must be of the same prompts");
        }
    }

    /** The requests of a run whose every request asked every model: they need no extra pass. */
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
                "the " + Figures.count(explored.size()) + " requests that all models were asked";
        return new ReferencePass(origin, models, scores, joules);
    }

    /** Where the outcomes come from, in words. */
    public String origin() {
        return origin;
    }

    /** The zoo. */
    public List<String> models() {
        return models;
    }

    /** Number of prompts. */
    public int prompts() {
        return scores.length;
    }

    /** Prompts for which a model's score and joules are both known. */
    public int known(int model) {
        return (int) complete(model).count();
    }

    /** A model's mean score over its known prompts; {@code NaN} without any. */
    public double meanScore(int model) {
        return complete(model).mapToDouble(i -> scores[i][model]).average().orElse(Double.NaN);
    }

    /** A model's mean joules over its known prompts; {@code NaN} without any. */
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
                                        "a row must have one value per model");
                            }
                            return row.clone();
                        })
                .toArray(double[][]::new);
    }
}
