package dev.messplus.core.belief;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects recorded outcomes, row by row, into a {@link WarmStart}. */
public final class OutcomeRecorder {

    private final String embedding;
    private final List<String> models;
    private final double[] moments;
    private final double[][] scoreMoments;
    private final double[] joules;
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
        moments = new double[Matrices.packedLength(dimensions + 1)];
        scoreMoments = new double[models.size()][dimensions + 1];
        joules = new double[models.size()];
    }

    /**
     * Adds a prompt that every model answered.
     *
     * @param features of the prompt, all finite
     * @param scoreOfModel accuracy of each answer, in [0, 1]
     * @param joulesOfModel energy of each answer, in joules, at least 0
     */
    public void add(float[] features, double[] scoreOfModel, double[] joulesOfModel) {
        rows++;
        int at = 0;
        for (int i = 0; i <= features.length; i++) {
            double x = element(features, i);
            for (int j = 0; j <= i; j++, at++) {
                moments[at] += (x * element(features, j) - moments[at]) / rows;
            }
            for (int m = 0; m < joules.length; m++) {
                scoreMoments[m][i] += (x * scoreOfModel[m] - scoreMoments[m][i]) / rows;
            }
        }
        for (int m = 0; m < joules.length; m++) {
            joules[m] += (joulesOfModel[m] - joules[m]) / rows;
        }
    }

    private static double element(float[] features, int i) {
        return i < features.length ? features[i] : 1;
    }

    /** The rows so far. */
    public WarmStart result() {
        Map<String, RecordedModel> recorded = new LinkedHashMap<>();
        for (int m = 0; m < joules.length; m++) {
            recorded.put(models.get(m), new RecordedModel(scoreMoments[m].clone(), joules[m]));
        }
        return new WarmStart(embedding, rows, moments.clone(), recorded);
    }
}
