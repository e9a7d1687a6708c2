package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects recorded outcomes, row by row, into a {@link WarmStart}. */
public final class OutcomeRecorder {

    private final String embedding;
    private final List<String> models;
    private final int dimensions;
    private final double[] joules;
    private final List<double[]> scoreSums = new ArrayList<>();
    private float[] features = {};
    private long[] counts = {};
    private double bestScores;
    private long rows;

    /**
     * A recorder without any rows.
     *
     * @param embedding name of the embedding that makes the features
     * @param models ids of the models, all different
     * @param dimensions number of features
     */
    public OutcomeRecorder(String embedding, List<String> models, int dimensions) {
        this.embedding = embedding;
        this.models = List.copyOf(models);
        this.dimensions = dimensions;
        joules = new double[models.size()];
    }

    /**
     * Adds a prompt that every model answered.
     *
     * @param x features of the prompt, all finite
     * @param scoreOfModel accuracy of each answer, in [0, 1]
     * @param joulesOfModel energy of each answer, in joules, at least 0
     */
    public void add(float[] x, double[] scoreOfModel, double[] joulesOfModel) {
        rows++;
        double[] sums = scoreSums.get(join(x));
        double best = 0;
        for (int m = 0; m < joules.length; m++) {
            best = Math.max(best, scoreOfModel[m]);
            sums[m] += scoreOfModel[m];
            joules[m] += (joulesOfModel[m] - joules[m]) / rows;
        }
        bestScores += best;
    }

    /** The group of a prompt, which takes it in. */
    private int join(float[] x) {
        int groups = scoreSums.size();
        if (groups < Priors.MAX_RECORDED_GROUPS) {
            scoreSums.add(new double[joules.length]);
            features = PromptGroups.room(features, (groups + 1) * dimensions);
            System.arraycopy(x, 0, features, groups * dimensions, dimensions);
            counts = Arrays.copyOf(counts, groups + 1);
            counts[groups] = 1;
            return groups;
        }
        int group = PromptGroups.nearest(features, groups, x, 0, dimensions);
        counts[group]++;
        PromptGroups.move(features, group, x, 0, dimensions, 1.0 / counts[group]);
        return group;
    }

    /** The rows so far. */
    public WarmStart result() {
        List<RecordedPrompts> prompts = new ArrayList<>();
        for (int group = 0; group < counts.length; group++) {
            int at = group * dimensions;
            prompts.add(
                    new RecordedPrompts(
                            Arrays.copyOfRange(features, at, at + dimensions), counts[group]));
        }
        Map<String, RecordedModel> recorded = new LinkedHashMap<>();
        for (int m = 0; m < joules.length; m++) {
            recorded.put(models.get(m), new RecordedModel(scores(m), joules[m]));
        }
        return new WarmStart(
                embedding,
                rows,
                prompts,
                recorded,
                rows == 0 ? Double.NaN : Math.min(1, bestScores / rows));
    }

    private double[] scores(int m) {
        double[] scores = new double[counts.length];
        for (int group = 0; group < counts.length; group++) {
            // Rounding must not leave [0, 1].
            scores[group] = Math.min(1, scoreSums.get(group)[m] / counts[group]);
        }
        return scores;
    }
}
