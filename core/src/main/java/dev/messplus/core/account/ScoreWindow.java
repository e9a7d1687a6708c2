package dev.messplus.core.account;

import dev.messplus.core.Priors;

/**
 * Average of the last labels of an SLA, in constant space: the window moves in steps of 1/64 of its
 * length, so the average is over its length or up to one step less.
 */
public final class ScoreWindow {

    /** Steps of a window, and so its least length in requests. */
    public static final int STEPS = Priors.WINDOW_STEPS;

    /** Sums of the labels per step, in a ring. */
    public double[] sums = new double[STEPS];

    /** Labels per step, in a ring. */
    public int[] counts = new int[STEPS];

    /** The step that is being filled. */
    public int head;

    /** Adds a label, for a window of {@code length} requests, at least {@link #STEPS}. */
    public void add(double score, int length) {
        // Steps of unequal length where 64 does not divide the window's, so that they add up to the
        // window.
        long begin = (long) head * length / STEPS;
        long end = (head + 1L) * length / STEPS;
        if (counts[head] >= end - begin) {
            head = (head + 1) % STEPS;
            sums[head] = 0;
            counts[head] = 0;
        }
        sums[head] += score;
        counts[head]++;
    }

    /**
     * The labels in the window are worth more together than they counted as. It is not known which
     * of them are, so each is by the same.
     *
     * @param more by how much their sum is higher
     */
    void relabel(double more) {
        double each = more / size();
        for (int step = 0; step < STEPS; step++) {
            if (counts[step] > 0) {
                sums[step] = Math.max(0, Math.min(sums[step] + each * counts[step], counts[step]));
            }
        }
    }

    /** Labels in the window. */
    public int size() {
        int size = 0;
        for (int count : counts) {
            size += count;
        }
        return size;
    }

    /** Sum of the labels in the window. */
    public double sum() {
        double sum = 0;
        for (double stepSum : sums) {
            sum += stepSum;
        }
        return sum;
    }

    /** Average label in the window; {@code NaN} before the first. */
    public double average() {
        return sum() / size();
    }
}
