package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * What is to be learned from some labels of one model. Those of prompts that are alike are added
 * up, so its size is bounded whatever their number: a label says as much of the mean of its group
 * as of its prompt, where forecasts hardly differ between them.
 */
public final class LabelSums {

    /** Labels. */
    public long labels;

    /** Sum of the labels. */
    public double scoreSum;

    /** Groups of prompts; the next four fields cover only labels of known features. */
    public int rows;

    /** Number of features of a prompt. */
    public int dimensions;

    /** Mean features of each group, one after the other. */
    public float[] features = {};

    /** Number of labels of each group. */
    public long[] counts = {};

    /** Sum of the labels of each group. */
    public double[] scores = {};

    /**
     * Adds a label.
     *
     * @param x features of the prompt; {@code null} where another embedding made them. Features
     *     that are not as many as those before, or not finite, are left out too
     */
    public void add(float[] x, double score) {
        labels++;
        scoreSum += score;
        if (x != null && (rows == 0 || x.length == dimensions) && KernelFeatures.areNumbers(x)) {
            dimensions = x.length;
            add(x, 0, 1, score);
        }
    }

    /** Takes in the sums of other labels. */
    public void add(LabelSums other) {
        labels += other.labels;
        scoreSum += other.scoreSum;
        if (other.rows > 0 && (rows == 0 || dimensions == other.dimensions)) {
            dimensions = other.dimensions;
            for (int row = 0; row < other.rows; row++) {
                add(other.features, row * dimensions, other.counts[row], other.scores[row]);
            }
        }
    }

    /** Mean features of a group. */
    float[] featuresOf(int row) {
        return Arrays.copyOfRange(features, row * dimensions, (row + 1) * dimensions);
    }

    /** Adds labels of prompts whose mean features begin at an index. */
    private void add(float[] x, int at, long count, double sum) {
        int row = rows;
        if (rows < Priors.MAX_LABEL_GROUPS) {
            rows++;
            makeRoom();
            System.arraycopy(x, at, features, row * dimensions, dimensions);
        } else {
            row = PromptGroups.nearest(features, rows, x, at, dimensions);
            double share = count / (double) (counts[row] + count);
            PromptGroups.move(features, row, x, at, dimensions, share);
        }
        counts[row] += count;
        scores[row] += sum;
    }

    private void makeRoom() {
        features = PromptGroups.room(features, rows * dimensions);
        if (counts.length < rows) {
            counts = Arrays.copyOf(counts, Math.max(1, 2 * counts.length));
            scores = Arrays.copyOf(scores, counts.length);
        }
    }
}
