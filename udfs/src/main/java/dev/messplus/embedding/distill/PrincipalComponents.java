package dev.messplus.embedding.distill;

import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Principal component analysis: the coordinates of vectors, less their mean, along the directions
 * in which they vary most.
 */
final class PrincipalComponents {

    private PrincipalComponents() {}

    /**
     * Reduces vectors to fewer dimensions.
     *
     * @param vectors at least one, all of the same length
     * @param dimensions at most their length
     * @return a new vector of {@code dimensions} coordinates for each vector, in order; the
     *     coordinate of the greatest variance comes first
     */
    static double[][] of(float[][] vectors, int dimensions) {
        double[][] centred = centred(vectors);
        // The eigenvalues of a symmetric matrix are in descending order.
        var eigen = new EigenDecomposition(MatrixUtils.createRealMatrix(products(centred)));
        RealMatrix axes = eigen.getV().getSubMatrix(0, centred[0].length - 1, 0, dimensions - 1);
        return MatrixUtils.createRealMatrix(centred).multiply(axes).getData();
    }

    private static double[][] centred(float[][] vectors) {
        int length = vectors[0].length;
        var mean = new double[length];
        for (float[] vector : vectors) {
            for (int d = 0; d < length; d++) {
                mean[d] += (double) vector[d] / vectors.length;
            }
        }
        var centred = new double[vectors.length][length];
        for (int i = 0; i < vectors.length; i++) {
            for (int d = 0; d < length; d++) {
                centred[i][d] = vectors[i][d] - mean[d];
            }
        }
        return centred;
    }

    /** The covariances of the elements, times the number of vectors. */
    private static double[][] products(double[][] centred) {
        int length = centred[0].length;
        var products = new double[length][length];
        for (double[] vector : centred) {
            for (int i = 0; i < length; i++) {
                double factor = vector[i];
                double[] row = products[i];
                for (int j = 0; j < length; j++) {
                    row[j] += factor * vector[j];
                }
            }
        }
        return products;
    }
}
