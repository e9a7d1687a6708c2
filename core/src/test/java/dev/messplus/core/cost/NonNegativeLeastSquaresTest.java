package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NonNegativeLeastSquaresTest {

    @Test
    void solvesWhatHasNoNegativeCoefficient() {
        // (1, 2, 3) of A = [[4, 1, 0], [1, 3, 1], [0, 1, 2]].
        double[] x =
                NonNegativeLeastSquares.solve(
                        new double[] {4, 1, 0, 3, 1, 2}, new double[] {6, 10, 8});
        assertThat(x).containsExactly(new double[] {1, 2, 3}, within(1e-12));
    }

    @Test
    void leavesOutWhatNothingIsKnownOf() {
        double[] x =
                NonNegativeLeastSquares.solve(
                        new double[] {0, 0, 0, 2, 0, 0}, new double[] {0, 6, 0});
        assertThat(x).containsExactly(0, 3, 0);
    }

    /** The minimum is where no coefficient can be moved, without falling below 0, to do better. */
    @Test
    void isTheMinimumOfAllThatAreNotNegative() {
        SplittableRandom random = new SplittableRandom(1);
        for (int problem = 0; problem < 2_000; problem++) {
            double[] upper = new double[6];
            double[] b = new double[3];
            for (int row = 0; row < 5; row++) {
                double[] x = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
                double y = random.nextGaussian();
                int at = 0;
                for (int i = 0; i < 3; i++) {
                    b[i] += x[i] * y;
                    for (int j = i; j < 3; j++) {
                        upper[at++] += x[i] * x[j];
                    }
                }
            }
            double[] x = NonNegativeLeastSquares.solve(upper, b);
            double[] gradient = {
                upper[0] * x[0] + upper[1] * x[1] + upper[2] * x[2] - b[0],
                upper[1] * x[0] + upper[3] * x[1] + upper[4] * x[2] - b[1],
                upper[2] * x[0] + upper[4] * x[1] + upper[5] * x[2] - b[2]
            };
            for (int i = 0; i < 3; i++) {
                assertThat(x[i]).isNotNegative();
                if (x[i] > 0) {
                    assertThat(gradient[i]).isCloseTo(0, within(1e-6));
                } else {
                    assertThat(gradient[i]).isGreaterThan(-1e-6);
                }
            }
        }
    }
}
