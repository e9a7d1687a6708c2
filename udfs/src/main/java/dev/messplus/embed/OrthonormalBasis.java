package dev.messplus.embed;

import java.util.List;

/**
 * An orthonormal basis of the span of some vectors, by modified Gram-Schmidt (Golub, Van Loan:
 * Matrix Computations, 5.2.8). The first vector is the first axis; each later vector adds its
 * component orthogonal to the earlier axes as another axis.
 */
final class OrthonormalBasis {

    /** A shorter remainder of a unit vector is rounding error, not a direction. */
    private static final double MIN_REMAINDER = 1e-3;

    /** Dimensions that are added at a time. */
    private static final int STEP = 4;

    private final int size;

    /**
     * Element d of axis i is at d * size + i: a loop over the axes has a sum for each of them, and
     * none waits for the one before. Four dimensions are added at a time, because that reads and
     * writes each sum once for four products; missing ones are zeros. An axis is zeros if its
     * vector adds no direction.
     */
    private final float[] elements;

    /**
     * The basis of some vectors.
     *
     * @param vectors all with the same number of elements, and with Euclidean length 1 or 0
     */
    OrthonormalBasis(List<float[]> vectors) {
        size = vectors.size();
        var axes = new double[size][];
        for (int i = 0; i < size; i++) {
            axes[i] = remainder(vectors.get(i), axes, i);
        }
        int dimensions = size == 0 ? 0 : axes[0].length;
        elements = new float[(dimensions + STEP - 1) / STEP * STEP * size];
        for (int i = 0; i < size; i++) {
            for (int d = 0; d < dimensions; d++) {
                elements[d * size + i] = (float) axes[i][d];
            }
        }
    }

    /** Number of axes, which is the number of vectors. */
    int size() {
        return size;
    }

    /**
     * Computes the coordinates of a vector: in [-1, 1] for a unit vector, up to rounding, and 0 for
     * axes without a direction.
     *
     * @param into receives the coordinates at the indices 0 to {@link #size()} - 1
     */
    void coordinates(float[] vector, float[] into) {
        var sums = new float[size];
        var factors = new float[STEP];
        for (int d = 0; d < vector.length; d += STEP) {
            for (int k = 0; k < STEP; k++) {
                factors[k] = d + k < vector.length ? vector[d + k] : 0;
            }
            addTo(sums, d * size, factors);
        }
        System.arraycopy(sums, 0, into, 0, size);
    }

    private void addTo(float[] sums, int from, float[] factors) {
        float a = factors[0];
        float b = factors[1];
        float c = factors[2];
        float d = factors[3];
        for (int i = 0; i < sums.length; i++) {
            int at = from + i;
            sums[i] +=
                    a * elements[at]
                            + b * elements[at + size]
                            + c * elements[at + 2 * size]
                            + d * elements[at + 3 * size];
        }
    }

    /** The component orthogonal to the first {@code earlier} axes, scaled to length 1, or zeros. */
    private static double[] remainder(float[] vector, double[][] axes, int earlier) {
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
        if (length < MIN_REMAINDER) {
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
