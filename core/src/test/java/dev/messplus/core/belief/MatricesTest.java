package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MatricesTest {

    @Test
    void invertsSymmetricMatrices() {
        // Determinant 4 x 3 - 2 x 2 = 8.
        double[][] inverse = Matrices.inverse(new double[][] {{4, 2}, {2, 3}});
        assertThat(inverse[0]).containsExactly(new double[] {.375, -.25}, within(1e-15));
        assertThat(inverse[1]).containsExactly(new double[] {-.25, .5}, within(1e-15));
    }

    @Test
    void refusesToInvertWhatIsNotPositiveDefinite() {
        assertThatThrownBy(() -> Matrices.inverse(new double[][] {{1, 2}, {2, 1}}))
                .isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> Matrices.inverse(new double[][] {{Double.NaN}}))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void keepsTheLowerTriangleRowByRow() {
        double[] lower = {1, 2, 3, 4, 5, 6};
        double[][] full = Matrices.unpack(lower, 10);
        assertThat(full).isDeepEqualTo(new double[][] {{10, 20, 40}, {20, 30, 50}, {40, 50, 60}});
        assertThat(Matrices.pack(full)).containsExactly(10, 20, 30, 40, 50, 60);
        assertThat(Matrices.order(lower.length)).isEqualTo(3);
    }

    @Test
    void multipliesWithAVector() {
        double[][] matrix = {{1, 2}, {3, 4}};
        assertThat(Matrices.times(matrix, new double[] {10, 1})).containsExactly(12, 34);
    }

    @Test
    void invertsLargerMatrices() {
        Random random = new Random(1);
        double[][] root = new double[7][7];
        for (double[] row : root) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        double[][] s = Matrices.symmetricProduct(root, root);
        double[][] product = Matrices.times(s, Matrices.inverse(s));
        for (int i = 0; i < 7; i++) {
            double[] unit = new double[7];
            unit[i] = 1;
            assertThat(product[i]).containsExactly(unit, within(1e-9));
        }
    }

    @Test
    void multipliesMatrices() {
        double[][] left = {{1, 2}, {3, 4}};
        double[][] right = {{10, 1}, {0, 2}};
        assertThat(Matrices.times(left, right)).isDeepEqualTo(new double[][] {{10, 5}, {30, 11}});
        assertThat(Matrices.oneMinusTransposed(left))
                .isDeepEqualTo(new double[][] {{0, -3}, {-2, -3}});
        // left^T left
        assertThat(Matrices.symmetricProduct(left, left))
                .isDeepEqualTo(new double[][] {{10, 14}, {14, 20}});
    }
}
