package dev.messplus.replay.router.threshold;

import java.util.List;
import org.apache.commons.math3.analysis.function.Sigmoid;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;

/**
 * Logistic regression with ridge penalty 1/2 |w|^2, fitted by Newton's method to the weights of
 * highest posterior probability.
 */
final class LogisticRegression {

    private static final int STEPS = 20;
    private static final double CONVERGED = 1e-8;

    private final Sigmoid sigmoid = new Sigmoid();
    private final RealVector weights;

    private LogisticRegression(RealVector weights) {
        this.weights = weights;
    }

    /**
     * Fits the weights.
     *
     * @param x vectors, at least one
     * @param won whether each of them won
     */
    static LogisticRegression fit(List<double[]> x, List<Boolean> won) {
        var fitted = new LogisticRegression(new ArrayRealVector(x.get(0).length));
        for (int i = 0; i < STEPS; i++) {
            RealVector step = fitted.newtonStep(x, won);
            fitted = new LogisticRegression(fitted.weights.add(step));
            if (step.getNorm() < CONVERGED) {
                break;
            }
        }
        return fitted;
    }

    /** Probability to win, in (0, 1). */
    double probability(double[] x) {
        return sigmoid.value(weights.dotProduct(new ArrayRealVector(x, false)));
    }

    private RealVector newtonStep(List<double[]> x, List<Boolean> won) {
        RealMatrix hessian = MatrixUtils.createRealIdentityMatrix(weights.getDimension());
        RealVector gradient = weights.mapMultiply(-1);
        for (int n = 0; n < x.size(); n++) {
            var row = new ArrayRealVector(x.get(n), false);
            double p = probability(x.get(n));
            gradient.combineToSelf(1, (won.get(n) ? 1 : 0) - p, row);
            hessian = hessian.add(row.outerProduct(row).scalarMultiply(p * (1 - p)));
        }
        return new CholeskyDecomposition(hessian).getSolver().solve(gradient);
    }
}
