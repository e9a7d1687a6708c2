package dev.messplus.core;

import java.util.Arrays;

/**
 * A request that was decided and has not got all its labels: what learning will need once they
 * come, and which of them came, so that none counts twice.
 */
public final class PendingRequest {

    /** Number of the request under its SLA. */
    public long t;

    /**
     * Which decision this is of, for a request can be decided again after a failure; 0 in what an
     * earlier release decided.
     */
    public long decision;

    /** When it was decided, in milliseconds since the epoch. */
    public long decidedAtMillis;

    /** How it was decided. */
    public Mode mode = Mode.EXPLOIT;

    /** The prompt's features. */
    public float[] features = {};

    /** The prompt's length as the energy estimators know it. */
    public int promptTokens;

    /** The most completion tokens it asks for; 0 when it sets no maximum. */
    public int maxTokens;

    /** Ids of the models asked; a model it fell back on is added. */
    public String[] models = {};

    /** Labels of {@link #models}; {@code NaN} until one comes. */
    public double[] scores = {};

    /** Joules of {@link #models}; {@code NaN} until measured. */
    public double[] joules = {};

    /**
     * Joules of the calls of {@link #models} that brought no answer; {@code NaN} until told.
     * Shorter than the others where the request comes from a release that did not know of them.
     */
    public double[] failedJoules = {};

    /** Whether {@link #models} failed to answer. */
    public boolean[] failed = {};

    /** Ids of models that were labelled before anything said that they were asked. */
    public String[] earlyModels = {};

    /** Labels of {@link #earlyModels}. */
    public double[] earlyScores = {};

    /** Index of the model whose answer was served, -1 until known. */
    public int served = -1;

    /** Accuracy this request stands for in D. */
    public double predicted;

    /** Joules that the second of {@link #models} was probed for; 0 once it is told of, or none. */
    public double probeJoules;

    /** Whether it has left D: its label is in Q, or it got no answer at all, or it expired. */
    public boolean resolved;

    /** Index of a model, -1 when it was not asked. */
    public int indexOf(String model) {
        for (int i = 0; i < models.length; i++) {
            if (models[i].equals(model)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether nothing more can come: served and labelled, and so is every model explored. */
    public boolean complete() {
        if (!resolved || served < 0) {
            return false;
        }
        if (mode == Mode.EXPLORE) {
            for (int i = 0; i < models.length; i++) {
                if (Double.isNaN(scores[i]) && !failed[i]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Adds a model to those asked and returns its index. */
    int add(String model) {
        int index = models.length;
        models = Arrays.copyOf(models, index + 1);
        scores = Arrays.copyOf(scores, index + 1);
        joules = Arrays.copyOf(joules, index + 1);
        failed = Arrays.copyOf(failed, index + 1);
        models[index] = model;
        scores[index] = Double.NaN;
        joules[index] = Double.NaN;
        makeRoom();
        return index;
    }

    /** Keeps a label of a model that was not asked, as far as is known; the first one counts. */
    void keep(String model, double score) {
        if (!Double.isNaN(kept(model))) {
            return;
        }
        int index = earlyModels.length;
        earlyModels = Arrays.copyOf(earlyModels, index + 1);
        earlyScores = Arrays.copyOf(earlyScores, index + 1);
        earlyModels[index] = model;
        earlyScores[index] = score;
    }

    /** The label kept of a model; {@code NaN} if there is none. */
    double kept(String model) {
        int index = Arrays.asList(earlyModels).indexOf(model);
        return index < 0 ? Double.NaN : earlyScores[index];
    }

    /** Has every model have its place in what an earlier release did not keep. */
    void makeRoom() {
        double[] known = failedJoules == null ? new double[0] : failedJoules;
        if (known.length < models.length) {
            failedJoules = Arrays.copyOf(known, models.length);
            Arrays.fill(failedJoules, known.length, models.length, Double.NaN);
        }
    }
}
