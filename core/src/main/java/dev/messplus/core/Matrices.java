package dev.messplus.core;

/** The few matrix operations that {@link BatchUpdate} and {@link JointUpdate} need. */
final class Matrices {

    private Matrices() {}

    /** Elements of the lower triangle of a square matrix with so many rows. */
    static int packedLength(int order) {
        return order * (order + 1) / 2;
    }

    /** The most rows of a square matrix whose lower triangle has at most so many elements. */
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

    static double[][] identity(int order) {
        double[][] identity = new double[order][order];
        for (int i = 0; i < order; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    /** The product of two square matrices. */
    static double[][] times(double[][] left, double[][] right) {
        int n = left.length;
        double[][] product = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                addMultiple(product[i], left[i][k], right[k], n);
            }
        }
        return product;
    }

    /** The symmetric product T^T C T, where C is symmetric. */
    static double[][] congruence(double[][] t, double[][] c) {
        int n = t.length;
        double[][] right = times(c, t);
        double[][] product = new double[n][n];
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                addMultiple(product[i], t[k][i], right[k], i + 1);
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                product[j][i] = product[i][j];
            }
        }
        return product;
    }

    /** Adds a multiple of the first elements of a row to another. */
    private static void addMultiple(double[] to, double factor, double[] row, int elements) {
        for (int j = 0; j < elements; j++) {
            to[j] += factor * row[j];
        }
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
     * The inverse of a symmetric, positive definite matrix, by its Cholesky factor: S = L L^T, so
     * S^-1 = L^-T L^-1.
     *
     * @throws ArithmeticException if the matrix is not positive definite
     */
    static double[][] inverse(double[][] s) {
        double[][] l = inverseOfLower(cholesky(s));
        int n = s.length;
        double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                for (int k = i; k < n; k++) {
                    inverse[i][j] += l[k][i] * l[k][j];
                }
                inverse[j][i] = inverse[i][j];
            }
        }
        return inverse;
    }

    private static double[][] cholesky(double[][] s) {
        int n = s.length;
        double[][] l = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = s[i][j];
                for (int k = 0; k < j; k++) {
                    rest -= l[i][k] * l[j][k];
                }
                if (i == j && !(rest > 0)) {
                    throw new ArithmeticException("the matrix is not positive definite");
                }
                l[i][j] = i == j ? Math.sqrt(rest) : rest / l[j][j];
            }
        }
        return l;
    }

    private static double[][] inverseOfLower(double[][] l) {
        int n = l.length;
        double[][] inverse = new double[n][n];
        for (int j = 0; j < n; j++) {
            inverse[j][j] = 1 / l[j][j];
            for (int i = j + 1; i < n; i++) {
                double sum = 0;
                for (int k = j; k < i; k++) {
                    sum -= l[i][k] * inverse[k][j];
                }
                inverse[i][j] = sum / l[i][i];
            }
        }
        return inverse;
    }
}
