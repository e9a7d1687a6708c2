package dev.messplus.embedding;

import java.util.List;

/**
 * An orthonormal basis of the span of some vectors, by modified Gram-Schmidt (Golub, Van Loan:
 * Matrix Computations, 5.2.8). The first vector is the first axis; each later vector adds its
 * component orthogonal to the earlier axes as another axis.
 */
final class OrthonormalBasis {

    /** A shorter remainder of a unit vector is rounding error, not a direction. */
    private static final double SHORTEST_REMAINDER = 1e-3;

    /** One axis per vector; all zeros if the vector adds no direction. */
    private final double[][] axes;

    /**
     * The basis of some vectors.
     *
     * @param vectors all with the same number of elements, and with Euclidean length 1 or 0
     */
    OrthonormalBasis(List<float[]> vectors) {
        axes = new double[vectors.size()][];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = remainder(vectors.get(i), i);
        }
    }

    /** Number of axes, which is the number of vectors. */
    int size() {
        return axes.length;
    }

    /**
     * Computes the coordinates of a vector: in [-1, 1] for a unit vector, up to rounding, and 0 for
     * axes without a direction.
     *
     * @param into receives the coordinates at the indices 0 to {@link #size()} - 1
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

    /** The component orthogonal to the first {@code earlier} axes, scaled to length 1, or zeros. */
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
