package dev.messplus.core.belief;

/** The few operations on matrices and vectors that beliefs need. */
public final class Matrices {

    private Matrices() {}

    /** Elements of the lower triangle of a square matrix with {@code order} rows. */
    static int packedLength(int order) {
        return order * (order + 1) / 2;
    }

    /** The most rows of a square matrix whose lower triangle has at most this length. */
    static int order(int packedLength) {
        return (int) ((Math.sqrt(8.0 * packedLength + 1) - 1) / 2);
    }

    /** The symmetric matrix with this lower triangle, times a factor. */
    static double[][] unpack(double[] lower, double factor) {
        int n = order(lower.length);
        double[][] full = new double[n][n];
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                full[i][j] = factor * lower[at++];
                full[j][i] = full[i][j];
            }
        }
        return full;
    }

    /** The lower triangle of a matrix, row by row. */
    static double[] pack(double[][] symmetric) {
        double[] lower = new double[packedLength(symmetric.length)];
        int at = 0;
        for (int i = 0; i < symmetric.length; i++) {
            for (int j = 0; j <= i; j++) {
                lower[at++] = symmetric[i][j];
            }
        }
        return lower;
    }

    /** Adds the elements of an array to those of another. */
    static void add(double[] to, double[] elements) {
        for (int i = 0; i < elements.length; i++) {
            to[i] += elements[i];
        }
    }

    /** Subtracts the elements of an array from those of another. */
    static void subtract(double[] from, double[] elements) {
        for (int i = 0; i < elements.length; i++) {
            from[i] -= elements[i];
        }
    }

    /** Adds a matrix to another. */
    static void add(double[][] to, double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            add(to[i], matrix[i]);
        }
    }

    /** Subtracts a matrix from another. */
    static void subtract(double[][] from, double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            subtract(from[i], matrix[i]);
        }
    }

    /** The sum of two matrices of the same size. */
    static double[][] sum(double[][] one, double[][] other) {
        double[][] sum = new double[one.length][];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = one[i].clone();
        }
        add(sum, other);
        return sum;
    }

    /** The sum of the elements of a vector. */
    static double sum(double[] vector) {
        double sum = 0;
        for (double element : vector) {
            sum += element;
        }
        return sum;
    }

    /** The sum of the squares of the elements of a vector. */
    public static double sumOfSquares(float[] vector) {
        double sum = 0;
        for (float element : vector) {
            sum += element * (double) element;
        }
        return sum;
    }

    /** 1 - A^T. */
    static double[][] oneMinusTransposed(double[][] a) {
        double[][] difference = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                difference[i][j] = (i == j ? 1 : 0) - a[j][i];
            }
        }
        return difference;
    }

    /** The product of two square matrices. */
    static double[][] times(double[][] left, double[][] right) {
        int n = left.length;
        double[][] product = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                addMultiple(product[i], left[i][k], right[k], 0, n);
            }
        }
        return product;
    }

    /**
     * The symmetric product T^T R.
     *
     * @param right R, such that the product is symmetric
     */
    static double[][] symmetricProduct(double[][] t, double[][] right) {
        int n = t.length;
        double[][] product = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                addMultiple(product[i], t[k][i], right[k], 0, i + 1);
            }
        }
        mirrorLower(product);
        return product;
    }

    /** The product of a matrix and a vector. */
    static double[] times(double[][] matrix, double[] vector) {
        double[] product = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < vector.length; j++) {
                product[i] += matrix[i][j] * vector[j];
            }
        }
        return product;
    }

    /**
     * The inverse of a symmetric, positive definite matrix, by its Cholesky factor: S = U^T U, so
     * S^-1 = V^T V with V = U^-T. Inner loops run along rows, so that a processor can work on
     * several elements at once.
     *
     * @throws ArithmeticException if the matrix is not positive definite
     */
    static double[][] inverse(double[][] s) {
        double[][] v = inverseOfTransposed(cholesky(s));
        int n = s.length;
        double[][] inverse = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i <= k; i++) {
                addMultiple(inverse[i], v[k][i], v[k], 0, i + 1);
            }
        }
        mirrorLower(inverse);
        return inverse;
    }

    /** The upper triangular U. What is below its diagonal has no meaning. */
    private static double[][] cholesky(double[][] s) {
        int n = s.length;
        double[][] u = new double[n][];
        for (int i = 0; i < n; i++) {
            u[i] = s[i].clone();
        }
        for (int k = 0; k < n; k++) {
            if (!(u[k][k] > 0)) {
                throw new ArithmeticException("the matrix is not positive definite");
            }
            double scale = 1 / Math.sqrt(u[k][k]);
            for (int j = k; j < n; j++) {
                u[k][j] *= scale;
            }
            for (int i = k + 1; i < n; i++) {
                addMultiple(u[i], -u[k][i], u[k], i, n);
            }
        }
        return u;
    }

    /** U^-T, which is lower triangular, row by row. */
    private static double[][] inverseOfTransposed(double[][] u) {
        int n = u.length;
        double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            inverse[i][i] = 1;
            for (int k = 0; k < i; k++) {
                addMultiple(inverse[i], -u[k][i], inverse[k], 0, k + 1);
            }
            for (int j = 0; j <= i; j++) {
                inverse[i][j] /= u[i][i];
            }
        }
        return inverse;
    }

    private static void mirrorLower(double[][] matrix) {
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                matrix[j][i] = matrix[i][j];
            }
        }
    }

    /** Adds a multiple of some elements of a row to those of another. */
    private static void addMultiple(double[] to, double factor, double[] row, int from, int end) {
        for (int j = from; j < end; j++) {
            to[j] += factor * row[j];
        }
    }
}
