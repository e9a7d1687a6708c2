package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * What is to be learned from some labels of one model: the sufficient statistics of Bayesian linear
 * regression (Bishop, "Pattern Recognition and Machine Learning", 2006, 3.3). Their size is bounded
 * whatever the number of labels: 8 KB with 42 features.
 *
 * <p>A few labels are kept one by one: to learn from each is then quicker than to learn from their
 * sums, and they are smaller.
 */
public final class LabelSums {

    /** Labels. */
    public long labels;

    /** Sum of the labels. */
    public double scoreSum;

    /** Labels of the prompts whose features are known; the next five fields cover only these. */
    public long rows;

    /** Number of features of each. */
    public int dimensions;

    /**
     * Features of the prompts, one after the other; empty if there are more than {@link
     * Priors#MAX_SEPARATE_LABELS}.
     */
    public float[] features = {};

    /** Their labels. */
    public double[] scores = {};

    /**
     * Sum of x x^T, where x is the features of the prompt with a constant 1 as the last: the lower
     * triangle, row by row; empty if the labels are kept one by one.
     */
    public double[] moments = {};

    /** Sum of A x, where A is the label: as many elements as x; empty if moments are. */
    public double[] scoreMoments = {};

    /**
     * Adds a label.
     *
     * @param x features of the prompt; {@code null} where another embedding made them. Features
     *     that are not as many as those before are left out too
     */
    public void add(float[] x, double score) {
        labels++;
        scoreSum += score;
        if (x != null && (rows == 0 || x.length == dimensions)) {
            dimensions = x.length;
            addRow(x, 0, score);
        }
    }

    /** Whether the labels are kept one by one. */
    public boolean isSeparate() {
        return moments.length == 0;
    }

    /** Features of the prompt of one of the labels that are kept one by one. */
    public float[] featuresOf(int row) {
        return Arrays.copyOfRange(features, row * dimensions, (row + 1) * dimensions);
    }

    /** Adds the row whose features begin at an index. */
    private void addRow(float[] from, int at, double score) {
        if (isSeparate() && rows < Priors.MAX_SEPARATE_LABELS) {
            int row = (int) rows++;
            if (scores.length == row) {
                scores = Arrays.copyOf(scores, Math.max(1, 2 * row));
                features = Arrays.copyOf(features, Math.max(1, 2 * row) * dimensions);
            }
            scores[row] = score;
            System.arraycopy(from, at, features, row * dimensions, dimensions);
        } else {
            addUp();
            rows++;
            addMoments(from, at, score);
        }
    }

    /** Replaces the labels that are kept one by one by their sums. */
    public void addUp() {
        if (isSeparate()) {
            moments = new double[Matrices.packedLength(dimensions + 1)];
            scoreMoments = new double[dimensions + 1];
            for (int row = 0; row < rows; row++) {
                addMoments(features, row * dimensions, scores[row]);
            }
            features = new float[0];
            scores = new double[0];
        }
    }

    private void addMoments(float[] from, int start, double score) {
        int at = 0;
        for (int i = 0; i < dimensions; i++) {
            double x = from[start + i];
            scoreMoments[i] += x * score;
            for (int j = 0; j <= i; j++) {
                moments[at + j] += x * from[start + j];
            }
            at += i + 1;
        }
        scoreMoments[dimensions] += score;
        for (int j = 0; j < dimensions; j++) {
            moments[at + j] += from[start + j];
        }
        moments[at + dimensions]++;
    }

    /** Takes in the sums of other labels. */
    public void add(LabelSums other) {
        labels += other.labels;
        scoreSum += other.scoreSum;
        if (other.rows > 0 && (rows == 0 || dimensions == other.dimensions)) {
            addRows(other);
        }
    }

    private void addRows(LabelSums other) {
        dimensions = other.dimensions;
        if (other.isSeparate()) {
            for (int row = 0; row < other.rows; row++) {
                addRow(other.features, row * dimensions, other.scores[row]);
            }
        } else {
            addUp();
            Matrices.add(moments, other.moments);
            Matrices.add(scoreMoments, other.scoreMoments);
            rows += other.rows;
        }
    }
}
