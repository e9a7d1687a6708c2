package dev.messplus.core.cost;

/** Least squares of three coefficients, none of which is below 0. */
final class NonNegativeLeastSquares {

    private static final int SIZE = 3;

    /** Relative to its diagonal, below which a pivot is rounding. */
    private static final double TINY = 1e-12;

    private NonNegativeLeastSquares() {}

    /**
     * Minimises x'Ax - 2b'x over x >= 0. The minimum of all three is taken where it has no negative
     * one; otherwise it is the least of the minima without one or two of them, of which there are
     * few enough to look at all.
     *
     * @param upper A, symmetric and positive semidefinite: its upper triangle by rows
     * @param b right-hand side
     */
    static double[] solve(double[] upper, double[] b) {
        double[] best = new double[SIZE];
        double least = 0;
        for (int free = (1 << SIZE) - 1; free > 0; free--) {
            double[] x = minimum(upper, b, free);
            if (x == null || x[0] < 0 || x[1] < 0 || x[2] < 0) {
                continue;
            }
            double value = -(b[0] * x[0] + b[1] * x[1] + b[2] * x[2]);
            if (value < least) {
                best = x;
                least = value;
            }
        }
        return best;
    }

    /** The minimum over the coefficients in {@code free}; {@code null} if it is not unique. */
    private static double[] minimum(double[] upper, double[] b, int free) {
        double[][] a = {
            {upper[0], upper[1], upper[2], b[0]},
            {upper[1], upper[3], upper[4], b[1]},
            {upper[2], upper[4], upper[5], b[2]}
        };
        double[] diagonal = {upper[0], upper[3], upper[5]};
        for (int i = 0; i < SIZE; i++) {
            if ((free >> i & 1) == 0) {
                continue;
            }
            if (!(a[i][i] > TINY * diagonal[i])) {
                return null;
            }
            for (int row = 0; row < SIZE; row++) {
                if (row != i && (free >> row & 1) == 1) {
                    double factor = a[row][i] / a[i][i];
                    for (int column = i; column <= SIZE; column++) {
                        a[row][column] -= factor * a[i][column];
                    }
                }
            }
        }
        double[] x = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            x[i] = (free >> i & 1) == 1 ? a[i][SIZE] / a[i][i] : 0;
        }
        return x;
    }
}
