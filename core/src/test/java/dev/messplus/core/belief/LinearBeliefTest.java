package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearBeliefTest {

    private static final Offset<Double> ROUNDING = within(1e-12);
    private static final double NOISE = 0.2;
    private static final float[] CONSTANT = {1};

    /** Share of the way to the prior that the covariance moves with every label. */
    private static final double DRIFT = 1e-5;

    private static final double KEEP = 1 - DRIFT;

    @Test
    void believesInTheConstantBeforeTheFirstLabel() {
        LinearBelief belief = belief(0.4, 0.5, 0.25);
        assertThat(belief.mean(new float[] {1, 3, -7})).isEqualTo(0.4);
        // .5 + .25 x 3^2 + .25 x 1^2
        assertThat(belief.variance(new float[] {1, 3, -1})).isCloseTo(3, ROUNDING);
        assertThat(belief.labels).isZero();
        assertThat(belief.isEmpty()).isFalse();
        assertThat(new LinearBelief().isEmpty()).isTrue();
    }

    @Test
    void updatesAsAKalmanFilter() {
        LinearBelief belief = belief(0.5, 0.5, 1);

        // P = diag(.5, 1), x = (1, 2): P x = (.5, 2), x P x = 4.5, S = 4.5 + .5 = 5,
        // gain (.1, .4), error 1.5 - .5 = 1. P - (.5, 2) (.5, 2)' / 5, and 1e-5 of the way to P
        learn(belief, new float[] {1, 2}, 1.5, 0.5);
        double[] once = {
            KEEP * 0.45 + DRIFT * 0.5, KEEP * -0.2, KEEP * 0.2 + DRIFT * 1,
        };
        assertThat(belief.weights).containsExactly(new double[] {0.6, 0.4}, ROUNDING);
        assertThat(belief.covariance).containsExactly(once, ROUNDING);
        assertThat(belief.mean(new float[] {1, 2})).isCloseTo(1.4, ROUNDING);
        assertThat(belief.variance(new float[] {1, 2}))
                .isCloseTo(once[0] + 2 * once[1] * 2 + once[2] * 4, ROUNDING);
        assertThat(belief.labels).isEqualTo(1);

        // x = (1, -1): error 0 - (.6 - .4)
        learn(belief, new float[] {1, -1}, 0, 0.5);
        double[] px = {once[0] - once[1], once[1] - once[2]};
        double sum = px[0] - px[1] + 0.5;
        assertThat(belief.weights)
                .containsExactly(
                        new double[] {0.6 - px[0] * 0.2 / sum, 0.4 - px[1] * 0.2 / sum}, ROUNDING);
        assertThat(belief.covariance)
                .containsExactly(
                        new double[] {
                            KEEP * (once[0] - px[0] * px[0] / sum) + DRIFT * 0.5,
                            KEEP * (once[1] - px[0] * px[1] / sum),
                            KEEP * (once[2] - px[1] * px[1] / sum) + DRIFT * 1
                        },
                        ROUNDING);
    }

    /** Regressors come one after the other, as landmarks do; those to come are 0 until then. */
    @Property(tries = 200)
    void knowsNearlyWhatARegressionOnAllLabelsAtOnceKnows(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 7) int regressors,
            @ForAll @IntRange(min = 1, max = 20) int labels,
            @ForAll @DoubleRange(min = -1, max = 1) double known) {
        var random = new Random(seed);
        double constantVariance = 0.3;
        double slopeVariance = 0.7;
        LinearBelief belief = belief(0.5, constantVariance, slopeVariance);
        // What is known for certain is taken off every value.
        LinearBelief certain = belief(known, 0, 0);
        // (P0^-1 + X'X / noise) w = P0^-1 w0 + X'(y - known) / noise
        var precision = new double[regressors][regressors];
        var right = new double[regressors];
        for (int i = 0; i < regressors; i++) {
            precision[i][i] = 1 / (i == 0 ? constantVariance : slopeVariance);
        }
        right[0] = 0.5 / constantVariance;

        for (int label = 0; label < labels; label++) {
            float[] x = regressors(random, Math.min(regressors, label + 1), 1);
            double value = random.nextGaussian();
            learn(belief, certain, x, value);
            for (int i = 0; i < x.length; i++) {
                right[i] += x[i] * (value - known) / NOISE;
                for (int j = 0; j < x.length; j++) {
                    precision[i][j] += x[i] * x[j] / NOISE;
                }
            }
        }

        int n = Math.min(regressors, labels);
        double[] weights = solve(precision, right);
        assertThat(belief.weights).hasSize(n);
        for (int j = 0; j < n; j++) {
            assertThat(belief.weights[j]).isCloseTo(weights[j], within(0.01));
            var unit = new double[regressors];
            unit[j] = 1;
            double[] column = solve(precision, unit);
            for (int i = 0; i < n; i++) {
                assertThat(covariance(belief, i, j)).isCloseTo(column[i], within(0.01));
            }
        }
        assertThat(belief.labels).isEqualTo(labels);
        assertThat(certain.weights[0]).isEqualTo(known);
    }

    @Test
    void keepsWhatItLearnedWhenARegressorComes() {
        LinearBelief belief = belief(0.5, 0.3, 0.7);
        learn(belief, new float[] {1, 0.5f}, 1, NOISE);
        double[] weights = belief.weights.clone();
        double[] covariance = belief.covariance.clone();
        float[] wider = {1, 0.5f, 0.25f};
        double mean = belief.mean(new float[] {1, 0.5f});
        double variance = belief.variance(new float[] {1, 0.5f});
        // A regressor that it does not have yet has its prior: mean 0, variance .7.
        assertThat(belief.mean(wider)).isEqualTo(mean);
        assertThat(belief.variance(wider)).isCloseTo(variance + 0.7 / 16, ROUNDING);

        // An exact forecast moves no weight, and its noise says nothing.
        learn(belief, new float[] {1, 0.5f, 0}, mean, 1e12);

        assertThat(belief.weights).hasSize(3).startsWith(weights);
        assertThat(belief.weights[2]).isZero();
        assertThat(belief.covariance).hasSize(6);
        double[] prior = {0.3, 0, 0.7};
        for (int i = 0; i < 3; i++) {
            assertThat(belief.covariance[i])
                    .isCloseTo(KEEP * covariance[i] + DRIFT * prior[i], within(1e-9));
        }
        assertThat(belief.covariance[3]).isZero();
        assertThat(belief.covariance[4]).isZero();
        assertThat(belief.covariance[5]).isCloseTo(0.7, ROUNDING);
    }

    /** x' P x four rows at a time, against the sum over all elements. */
    @Property(tries = 100)
    void variancesAreThoseOfTheWholeMatrix(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 13) int order,
            @ForAll @IntRange(min = 1, max = 13) int asked) {
        var random = new Random(seed);
        LinearBelief belief = belief(0.5, 0.3, 0.7);
        for (int label = 0; label < 5; label++) {
            learn(belief, regressors(random, order, 1), random.nextDouble(), NOISE);
        }
        float[] x = regressors(random, asked, 1);
        double expected = 0;
        for (int i = 0; i < asked; i++) {
            for (int j = 0; j < asked; j++) {
                double prior = i == j ? 0.7 : 0;
                double element = Math.max(i, j) < order ? covariance(belief, i, j) : prior;
                expected += element * x[i] * x[j];
            }
        }
        assertThat(belief.variance(x)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void sharesOutAnErrorByVariances() {
        LinearBelief one = belief(0.5, 0.3, 1);
        LinearBelief other = belief(0.1, 0.1, 1);
        // Error 1.2 - .6, over .3 + .1 + .2: .3 of it, .1 of it, and .2 are put down to noise.
        learn(one, other, CONSTANT, 1.2);
        assertThat(one.weights[0]).isCloseTo(0.8, ROUNDING);
        assertThat(other.weights[0]).isCloseTo(0.2, ROUNDING);
        // .3 x (1 - .3 / .6), .1 x (1 - .1 / .6)
        assertThat(one.variance(CONSTANT)).isCloseTo(KEEP * 0.15 + DRIFT * 0.3, ROUNDING);
        assertThat(other.variance(CONSTANT)).isCloseTo(KEEP * 0.5 / 6 + DRIFT * 0.1, ROUNDING);
    }

    /** .8 of one less .5 of the other is 1: S = .64 x .3 + .25 x .1 + .2 = .417. */
    @Test
    void learnsFromALinearCombination() {
        LinearBelief one = belief(0.5, 0.3, 1);
        LinearBelief other = belief(0.1, 0.1, 1);
        LinearBelief.learn(
                new LinearBelief[] {one, other}, new double[] {0.8, -0.5}, CONSTANT, 1, 0.2, 1);
        // Error 1 - .4 + .05 = .65
        assertThat(one.weights[0]).isCloseTo(0.5 + 0.8 * 0.3 / 0.417 * 0.65, ROUNDING);
        assertThat(other.weights[0]).isCloseTo(0.1 - 0.5 * 0.1 / 0.417 * 0.65, ROUNDING);
        assertThat(one.variance(CONSTANT))
                .isCloseTo(KEEP * (0.3 - 0.64 * 0.09 / 0.417) + DRIFT * 0.3, ROUNDING);
        assertThat(other.variance(CONSTANT))
                .isCloseTo(KEEP * (0.1 - 0.25 * 0.01 / 0.417) + DRIFT * 0.1, ROUNDING);
    }

    /** The mean of n labels has their noise over n, and drifts as n labels do. */
    @Test
    void theMeanOfManyLabelsTeachesNearlyWhatTheyDo() {
        int n = 500;
        LinearBelief atOnce = belief(0.5, 0.3, 1);
        LinearBelief oneByOne = belief(0.5, 0.3, 1);
        float[] x = {1, 0.5f};
        learn(new LinearBelief[] {atOnce}, x, 0.9, NOISE / n, n);
        for (int i = 0; i < n; i++) {
            learn(oneByOne, x, 0.9, NOISE);
        }
        assertThat(atOnce.labels).isEqualTo(n).isEqualTo(oneByOne.labels);
        assertThat(atOnce.mean(x)).isCloseTo(oneByOne.mean(x), within(1e-3));
        // x' P0 x = .3 + .25: precision 1 / .55 + 500 / .2, and 1 - (1 - 1e-5)^500 of the way back
        double drift = 1 - Math.pow(KEEP, n);
        double exact = 1 / (1 / 0.55 + n / NOISE);
        assertThat(atOnce.variance(x)).isCloseTo((1 - drift) * exact + drift * 0.55, within(1e-9));
        // P0 x = (.3, .5) is at right angles to this: nothing is learned of it, and .3 + .36 stay.
        float[] aside = {1, -0.6f};
        assertThat(atOnce.variance(aside)).isCloseTo(0.66, within(1e-6));
        assertThat(oneByOne.variance(aside)).isCloseTo(0.66, within(1e-6));
    }

    /**
     * Of every label, each of two beliefs learns its share, is that much surer of what it was
     * about, and its covariance stays one, below the prior's.
     */
    @Property(tries = 5)
    void staysACovarianceWithinThePrior(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int regressors) {
        var random = new Random(seed);
        LinearBelief one = belief(0.5, 0.05, 0.5);
        LinearBelief other = belief(0.1, 0.004, 0.015);
        for (int label = 1; label <= 5_000; label++) {
            float[] x = regressors(random, regressors, label % 10 == 0 ? 10 : 1);
            double value = random.nextDouble();
            double[] means = {one.mean(x), other.mean(x)};
            double[] variances = {one.variance(x), other.variance(x)};
            double sum = variances[0] + variances[1] + NOISE;
            double error = value - means[0] - means[1];

            learn(one, other, x, value);

            LinearBelief[] both = {one, other};
            for (int i = 0; i < 2; i++) {
                double share = variances[i] / sum;
                double drift = DRIFT * prior(both[i], x);
                assertThat(both[i].mean(x)).isCloseTo(means[i] + share * error, within(1e-9));
                assertThat(both[i].variance(x))
                        .isNotNegative()
                        .isCloseTo(KEEP * variances[i] * (1 - share) + drift, within(1e-9))
                        .isLessThanOrEqualTo(prior(both[i], x) * (1 + 1e-9));
                if (label % 100 == 0) {
                    assertPositive(both[i]);
                }
            }
        }
    }

    /** The squares of all regressors but the constant add up to 1 at most. */
    @Test
    void mostVarianceIsThatOfAnyPromptBeforeTheFirstLabel() {
        LinearBelief belief = belief(0.5, 0.05, 0.5);
        assertThat(belief.mostVariance())
                .isCloseTo(belief.variance(new float[] {1, 0.6f, 0.8f}), within(1e-7))
                .isGreaterThan(belief.variance(new float[] {1, 0.5f, 0.8f}));
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, 1, .5",
        "1, NaN, .5",
        "Infinity, 1, .5",
        "1, -Infinity, .5",
        "Infinity, -Infinity, .5",
        "1, 1, NaN",
        "1, 1, Infinity",
        "1, 1, -Infinity",
        "NaN, Infinity, NaN",
    })
    void learnsNothingFromWhatIsNoNumber(float first, float second, double value) {
        LinearBelief one = belief(0.5, 0.05, 0.5);
        LinearBelief other = belief(0.1, 0.004, 0.015);
        learn(one, other, new float[] {1, 1, 2}, 1);
        double[] weights = one.weights.clone();
        double[] covariance = one.covariance.clone();
        double[] otherWeights = other.weights.clone();
        double[] otherCovariance = other.covariance.clone();

        learn(one, other, new float[] {1, first, second}, value);

        assertThat(one.weights).containsExactly(weights);
        assertThat(one.covariance).containsExactly(covariance);
        assertThat(one.labels).isEqualTo(1);
        assertThat(other.weights).containsExactly(otherWeights);
        assertThat(other.covariance).containsExactly(otherCovariance);
        assertThat(other.labels).isEqualTo(1);
    }

    @Test
    void learnsNothingWhereAllIsCertain() {
        LinearBelief one = belief(0.5, 0, 0);
        LinearBelief other = belief(0, 0, 0);
        for (double value : new double[] {1, 0.5}) {
            learn(new LinearBelief[] {one, other}, CONSTANT, value, 0, 1);
        }
        assertThat(one.weights).containsExactly(0.5);
        assertThat(one.labels).isZero();
    }

    @Test
    void neverBecomesCertain() {
        LinearBelief belief = belief(0.5, 0.02, 0.015);
        for (int label = 0; label < 50_000; label++) {
            learn(belief, CONSTANT, 1, NOISE);
        }
        // v = (1 - 1e-5) x .2 v / (v + .2) + 1e-5 x .02: that of .2 / v = 1,005 labels.
        assertThat(belief.variance(CONSTANT)).isCloseTo(1.991020e-04, within(1e-9));
    }

    /** Directions that no label said anything of are as unsure as before the first, and no more. */
    @Test
    void isNeverLessSureThanBeforeTheFirstLabel() {
        LinearBelief belief = belief(0.5, 0.02, 0.015);
        LinearBelief shared = belief(0.5, 0.05, 0.5);
        float[] always = {1, 1, 0.5f, 0};
        for (int label = 0; label < 1_000_000; label++) {
            learn(shared, belief, always, label % 2);
        }
        var random = new Random(1);
        for (int direction = 0; direction < 1_000; direction++) {
            float[] x = regressors(random, 4, 2);
            for (LinearBelief each : new LinearBelief[] {shared, belief}) {
                assertThat(each.variance(x)).isLessThanOrEqualTo(prior(each, x) * (1 + 1e-9));
            }
        }
        // Nearly at right angles to all labels: 1 x 1 - .5 x 2, and the constant.
        float[] aside = {1, 1, -2, 1};
        double before = shared.mean(aside) + belief.mean(aside);
        learn(shared, belief, aside, 0);
        assertThat(shared.mean(always) + belief.mean(always)).isCloseTo(0.5, within(0.05));
        assertThat(before).isBetween(0.0, 1.0);
    }

    @Test
    void learnsAChangeAfterManyLabelsAllAlike() {
        LinearBelief belief = belief(0.5, 0.02, 0.015);
        for (int label = 0; label < 20_000; label++) {
            learn(belief, CONSTANT, 1, NOISE);
        }
        assertThat(belief.mean(CONSTANT)).isGreaterThan(0.999);
        for (int label = 0; label < 5_000; label++) {
            learn(belief, CONSTANT, 0, NOISE);
        }
        // exp(-5,000 / 1,000) of what was believed is left; .8 where nothing is forgotten.
        assertThat(belief.mean(CONSTANT)).isCloseTo(0.0069, within(1e-4));
    }

    @Test
    void learnsThatARegressorNowMeansTheOpposite() {
        LinearBelief belief = belief(0.5, 0.004, 0.015);
        for (int label = 0; label < 25_000; label++) {
            int side = label % 2 == 0 ? -1 : 1;
            double slope = label < 20_000 ? 0.5 : -0.5;
            learn(belief, new float[] {1, side}, 0.5 + slope * side, NOISE);
        }
        // sqrt(1e-5 x .015 / .2) = 1 / 1,155: -.5 + exp(-5,000 / 1,155) = -.487
        assertThat(belief.weights[1]).isCloseTo(-0.487, within(0.005));
        assertThat(belief.weights[0]).isCloseTo(0.5, within(0.005));
    }

    @Test
    void forgetsEverythingWhenItBeginsAnew() {
        LinearBelief belief = belief(0.5, 0.05, 0.5);
        learn(belief, new float[] {1, 1, 2}, 1, NOISE);
        belief.begin(0.3, 0.2, 0.1);
        assertThat(belief.weights).containsExactly(0.3);
        assertThat(belief.covariance).containsExactly(0.2);
        assertThat(belief.labels).isZero();
        // .2 + .1 x 2^2
        assertThat(belief.variance(new float[] {1, 2})).isCloseTo(0.6, ROUNDING);
    }

    private static LinearBelief belief(
            double constant, double constantVariance, double slopeVariance) {
        var belief = new LinearBelief();
        belief.begin(constant, constantVariance, slopeVariance);
        return belief;
    }

    private static void learn(LinearBelief belief, float[] x, double value, double noise) {
        learn(new LinearBelief[] {belief}, x, value, noise, 1);
    }

    /** A label of the sum of two. */
    private static void learn(LinearBelief one, LinearBelief other, float[] x, double value) {
        learn(new LinearBelief[] {one, other}, x, value, NOISE, 1);
    }

    private static void learn(
            LinearBelief[] sum, float[] x, double value, double noise, long labels) {
        double[] coefficients = new double[sum.length];
        Arrays.fill(coefficients, 1);
        LinearBelief.learn(sum, coefficients, x, value, noise, labels);
    }

    /** The constant, and chance. */
    private static float[] regressors(Random random, int number, double scale) {
        var x = new float[number];
        x[0] = 1;
        for (int i = 1; i < number; i++) {
            x[i] = (float) (scale * random.nextGaussian());
        }
        return x;
    }

    private static double covariance(LinearBelief belief, int i, int j) {
        int row = Math.max(i, j);
        return belief.covariance[row * (row + 1) / 2 + Math.min(i, j)];
    }

    /** Variance of the function's value before the first label. */
    private static double prior(LinearBelief belief, float[] x) {
        double squares = 0;
        for (int i = 1; i < x.length; i++) {
            squares += x[i] * (double) x[i];
        }
        return belief.constantVariance + belief.slopeVariance * squares;
    }

    /** By Cholesky's decomposition, which has only positive pivots then. */
    private static void assertPositive(LinearBelief belief) {
        int n = belief.weights.length;
        var root = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = covariance(belief, i, j);
                for (int k = 0; k < j; k++) {
                    rest -= root[i][k] * root[j][k];
                }
                if (i == j) {
                    assertThat(rest).as("pivot %s of %s", i, n).isPositive();
                }
                root[i][j] = i == j ? Math.sqrt(rest) : rest / root[j][j];
            }
        }
    }

    /** Gaussian elimination, with the largest element of a column as pivot. */
    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        var rows = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, rows[i], 0, n);
            rows[i][n] = right[i];
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int i = column; i < n; i++) {
                pivot = Math.abs(rows[i][column]) > Math.abs(rows[pivot][column]) ? i : pivot;
            }
            double[] swapped = rows[pivot];
            rows[pivot] = rows[column];
            rows[column] = swapped;
            for (int i = 0; i < n; i++) {
                double factor = i == column ? 0 : rows[i][column] / rows[column][column];
                for (int j = column; j <= n; j++) {
                    rows[i][j] -= factor * rows[column][j];
                }
            }
        }
        var solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = rows[i][n] / rows[i][i];
        }
        return solution;
    }
}
