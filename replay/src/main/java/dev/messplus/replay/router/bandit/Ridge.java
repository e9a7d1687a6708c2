package dev.messplus.replay.router.bandit;

import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Ridge regression, one label at a time: A = I + sum x x', theta = A^-1 sum y x (Li et al. 2010,
 * Algorithm 1). It keeps theta and A^-1, and updates both by the formula of Sherman and Morrison.
 */
final class Ridge {

    /** Regularization is restored when forgetting leaves less than this share of it. */
    private static final double MIN_REGULARIZATION = 0.1;

    private double[] theta;
    private double[][] inverse;

    /** What is left of the identity in A. */
    private double regularization = 1;

    Ridge(int features) {
        theta = new double[features];
        inverse = MatrixUtils.createRealIdentityMatrix(features).getData();
    }

    /** theta'x. */
    double mean(double[] x) {
        return dot(theta, x);
    }

    /** sqrt(x' A^-1 x). */
    double deviation(double[] x) {
        return Math.sqrt(Math.max(0, dot(x, times(inverse, x))));
    }

    /** A <- A + x x' and theta <- theta + A^-1 x (y - theta'x). */
    void learn(double[] x, double y) {
        double[] u = times(inverse, x);
        double denominator = 1 + dot(x, u);
        double step = (y - mean(x)) / denominator;
        for (int i = 0; i < u.length; i++) {
            theta[i] += step * u[i];
            for (int j = 0; j < u.length; j++) {
                inverse[i][j] -= u[i] * u[j] / denominator;
            }
        }
    }

    /**
     * A <- keep A, which leaves theta unchanged. Once the regularization is nearly forgotten, it is
     * restored, so that A stays invertible.
     *
     * @param keep in (0, 1]
     */
    void forget(double keep) {
        for (double[] row : inverse) {
            for (int j = 0; j < row.length; j++) {
                row[j] /= keep;
            }
        }
        regularization *= keep;
        if (regularization < MIN_REGULARIZATION) {
            restoreRegularization();
        }
    }

    private void restoreRegularization() {
        RealMatrix a = MatrixUtils.inverse(MatrixUtils.createRealMatrix(inverse));
        double[] b = a.operate(theta);
        RealMatrix identity = MatrixUtils.createRealIdentityMatrix(theta.length);
        RealMatrix restored =
                MatrixUtils.inverse(a.add(identity.scalarMultiply(1 - regularization)));
        inverse = restored.getData();
        theta = restored.operate(b);
        regularization = 1;
    }

    private static double[] times(double[][] matrix, double[] x) {
        var product = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            product[i] = dot(matrix[i], x);
        }
        return product;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
