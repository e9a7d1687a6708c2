package dev.messplus.core.belief;

import dev.messplus.core.Priors;
import java.util.Arrays;

/**
 * What forecasts are linear in: a constant, and by how much a prompt is like prompts seen before.
 *
 * <p>A linear function of a prompt's own features extrapolates: labels of a model that was chosen
 * for some kinds of prompts say something wrong of all others. A Gaussian process with the kernel
 * k(x, y) = e^(-|x - y|^2 / 2 h^2) does not: far from what was seen, it returns to the constant.
 * Its Nyström approximation (Williams, Seeger, "Using the Nyström Method to Speed Up Kernel
 * Machines", 2001) is linear regression on
 *
 * <pre>
 *   phi(x) = L^-1 (k(x, x_1), ..., k(x, x_n))      L L^T = (k(x_i, x_j))
 * </pre>
 *
 * <p>where x_1, ..., x_n are landmarks. |phi(x)|^2 is at most 1, the variance of the process, and 1
 * - |phi(x)|^2 is what landmarks miss. A prompt that they miss much of becomes a landmark, as in
 * kernel recursive least squares (Engel, Mannor, Meir, "The Kernel Recursive Least-Squares
 * Algorithm", 2004: approximate linear dependence). L only grows by a row then, so elements of phi
 * that were there before stay as they are.
 */
public final class KernelFeatures {

    /** Features of a prompt; 0 before the first. */
    public int dimensions;

    /** Number of landmarks n. */
    public int size;

    /** Features of the landmarks, one after the other: size x dimensions elements. */
    public float[] landmarks = {};

    /** Landmarks that the scratch below knows. */
    private transient int prepared;

    /** The landmarks feature by feature, so that a processor can work on several at once. */
    private transient float[] columns;

    /** Columns of L below its diagonal, and 1 over the diagonal. */
    private transient double[][] factor;

    private transient double[] scales;

    private transient float[] distances;
    private transient double[] phi;

    /** The features that {@link #regressors} was last called with, and what it returned. */
    private transient float[] last;

    private transient float[] lastRegressors;

    /** Whether features are as many as those of the prompts seen before, if there were any. */
    public boolean fits(int features) {
        return dimensions == features || size == 0;
    }

    /** Whether a prompt has regressors: its features fit, and are numbers. */
    boolean knows(float[] features) {
        return features != null
                && (features == last || fits(features.length) && areNumbers(features));
    }

    /** Whether all features are finite: one that is not would spoil every sum that it enters. */
    static boolean areNumbers(float[] features) {
        for (float feature : features) {
            if (!Float.isFinite(feature)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The regressors of a prompt.
     *
     * @param features as many as those of earlier prompts, all finite
     * @return 1, and then phi: {@link #size} + 1 elements, valid until the next call
     */
    float[] regressors(float[] features) {
        if (features == last && lastRegressors.length == size + 1) {
            return lastRegressors;
        }
        prepare();
        project(features, size);
        lastRegressors[0] = 1;
        for (int i = 0; i < size; i++) {
            lastRegressors[i + 1] = (float) phi[i];
        }
        last = features;
        return lastRegressors;
    }

    /**
     * Has a prompt become a landmark if the others miss much of it. One without any features is
     * like no other: it has the constant alone.
     *
     * @param features as many as those of earlier prompts, all finite
     */
    void see(float[] features) {
        if (size == Priors.MAX_LANDMARKS || features.length == 0) {
            return;
        }
        if (size == 0) {
            dimensions = features.length;
        }
        float[] x = regressors(features);
        double missed = 1;
        for (int i = 1; i <= size; i++) {
            missed -= x[i] * (double) x[i];
        }
        if (missed > Priors.LANDMARK_NOVELTY) {
            landmarks = Arrays.copyOf(landmarks, landmarks.length + dimensions);
            System.arraycopy(features, 0, landmarks, size * dimensions, dimensions);
            size++;
        }
    }

    /** Has the scratch be that of the landmarks. */
    private void prepare() {
        if (columns == null || columns.length != dimensions * Priors.MAX_LANDMARKS) {
            prepared = 0;
            columns = new float[dimensions * Priors.MAX_LANDMARKS];
            factor = new double[Priors.MAX_LANDMARKS][];
            scales = new double[Priors.MAX_LANDMARKS];
            distances = new float[Priors.MAX_LANDMARKS];
            phi = new double[Priors.MAX_LANDMARKS];
        }
        for (; prepared < size; prepared++) {
            addLandmark(prepared);
        }
        if (lastRegressors == null || lastRegressors.length != size + 1) {
            lastRegressors = new float[size + 1];
            last = null;
        }
    }

    /** Its row of L is its own phi among those before it. */
    private void addLandmark(int landmark) {
        int at = landmark * dimensions;
        project(Arrays.copyOfRange(landmarks, at, at + dimensions), landmark);
        double rest = 1;
        for (int j = 0; j < landmark; j++) {
            factor[j][landmark] = phi[j];
            rest -= phi[j] * phi[j];
        }
        factor[landmark] = new double[Priors.MAX_LANDMARKS];
        scales[landmark] = 1 / Math.sqrt(rest);
        for (int d = 0; d < dimensions; d++) {
            columns[d * Priors.MAX_LANDMARKS + landmark] = landmarks[at + d];
        }
    }

    /** Fills in phi among the first landmarks: forward substitution, column by column. */
    private void project(float[] x, int n) {
        Arrays.fill(distances, 0);
        for (int d = 0; d < dimensions; d++) {
            addSquares(x[d], d * Priors.MAX_LANDMARKS, n);
        }
        for (int i = 0; i < n; i++) {
            phi[i] = Math.exp(distances[i] / (-2 * Priors.KERNEL_WIDTH * Priors.KERNEL_WIDTH));
        }
        for (int j = 0; j < n; j++) {
            phi[j] *= scales[j];
            subtract(phi[j], factor[j], j + 1, n);
        }
    }

    private void addSquares(float x, int at, int n) {
        for (int i = 0; i < n; i++) {
            float difference = x - columns[at + i];
            distances[i] += difference * difference;
        }
    }

    private void subtract(double times, double[] column, int from, int n) {
        for (int i = from; i < n; i++) {
            phi[i] -= times * column[i];
        }
    }
}
