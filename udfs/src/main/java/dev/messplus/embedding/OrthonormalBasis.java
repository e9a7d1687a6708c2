package dev.messplus.embedding;

import java.util.List;

/**
 * Coordinates of unit vectors in the span of some given ones, by modified Gram-Schmidt (Golub, Van
 * Loan: Matrix Computations, 5.2.8): the first given vector is the first axis, and each later one
 * adds what the earlier axes leave of it.
 */
final class OrthonormalBasis {

    /** What is shorter, where the given vectors have length 1, is rounding and no direction. */
    private static final double SHORTEST_REMAINDER = 1e-3;

    /** An axis for each given vector; all zeros where it added nothing to the earlier ones. */
    private final double[][] axes;

    /**
     * The basis of some vectors.
     *
     * @param vectors all of one length; their Euclidean lengths are 1 or 0
     */
    OrthonormalBasis(List<float[]> vectors) {
        axes = new double[vectors.size()][];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = remainder(vectors.get(i), i);
        }
    }

    /** Number of axes: as many as there were vectors. */
    int size() {
        return axes.length;
    }

    /**
     * Writes the coordinates of a vector: in [-1, 1] for a unit vector, up to rounding, and 0 where
     * the given vector added nothing.
     *
     * @param into gets them at the indices 0 to {@link #size()} - 1
     */
    void coordinates(float[] vector, float[] into) {
        for (int i = 0; i < axes.length; i++) {
            double dot = 0;
            for (int d = 0; d < vector.length; d++) {
                dot += axes[i][d] * vector[d];
            }
            into[i] = (float) dot;
        }
    }

    /** What the first so many axes leave of a vector, at length 1; zeros if that is nothing. */
    private double[] remainder(float[] vector, int earlier) {
        var rest = new double[vector.length];
        for (int d = 0; d < rest.length; d++) {
            rest[d] = vector[d];
        }
        for (int i = 0; i < earlier; i++) {
            double along = dot(rest, axes[i]);
            for (int d = 0; d < rest.length; d++) {
                rest[d] -= along * axes[i][d];
            }
        }
        double length = Math.sqrt(dot(rest, rest));
        if (length < SHORTEST_REMAINDER) {
            return new double[vector.length];
        }
        for (int d = 0; d < rest.length; d++) {
            rest[d] /= length;
        }
        return rest;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }
}
