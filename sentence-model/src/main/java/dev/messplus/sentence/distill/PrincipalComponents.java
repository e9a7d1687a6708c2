package dev.messplus.sentence.distill;

import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;

/** Principal component analysis: the directions in which vectors vary most. */
final class PrincipalComponents {

    /** One unit vector for each direction. */
    private final double[][] axes;

    /**
     * The directions in which some vectors vary most.
     *
     * @param vectors at least one, all of the same length
     * @param count number of directions, at most their length
     */
    PrincipalComponents(float[][] vectors, int count) {
        // The eigenvalues of a symmetric matrix come in descending order.
        var eigen = new EigenDecomposition(MatrixUtils.createRealMatrix(products(vectors)));
        axes = new double[count][];
        for (int i = 0; i < count; i++) {
            axes[i] = eigen.getEigenvector(i).toArray();
        }
    }

    /** A new vector with the coordinates of a vector, that of the greatest variance first. */
    double[] coordinates(float[] vector) {
        var coordinates = new double[axes.length];
        for (int i = 0; i < axes.length; i++) {
            for (int d = 0; d < vector.length; d++) {
                coordinates[i] += axes[i][d] * vector[d];
            }
        }
        return coordinates;
    }

    /** The covariances of the elements, times the number of vectors. */
    private static double[][] products(float[][] vectors) {
        int length = vectors[0].length;
        double[] mean = mean(vectors);
        var products = new double[length][length];
        var centred = new double[length];
        for (float[] vector : vectors) {
            for (int d = 0; d < length; d++) {
                centred[d] = vector[d] - mean[d];
            }
            for (int i = 0; i < length; i++) {
                add(products[i], centred[i], centred);
            }
        }
        return products;
    }

    private static void add(double[] sum, double factor, double[] vector) {
        for (int d = 0; d < sum.length; d++) {
            sum[d] += factor * vector[d];
        }
    }

    private static double[] mean(float[][] vectors) {
        var mean = new double[vectors[0].length];
        for (float[] vector : vectors) {
            for (int d = 0; d < mean.length; d++) {
                mean[d] += (double) vector[d] / vectors.length;
            }
        }
        return mean;
    }
}
