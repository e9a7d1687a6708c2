package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    private static final float[] NONE = {};

    /** Share of the way to the prior that the covariance moves with every label. */
    private static final double DRIFT = 1e-5;

    private static final double KEEP = 1 - DRIFT;

    @Test
    void believesInTheConstantBeforeTheFirstLabel() {
        LinearBelief belief = belief(2, 0.4, 0.5, 0.25);
        assertThat(belief.mean(new float[] {3, -7})).isEqualTo(0.4);
        // .25 x 3^2 + .25 x 1^2 + .5
        assertThat(belief.variance(new float[] {3, -1})).isCloseTo(3, ROUNDING);
        assertThat(belief.labels).isZero();
    }

    @Test
    void isOverAsManyFeaturesAsItBeganWith() {
        var belief = new LinearBelief();
        assertThat(belief.isOver(0)).isFalse();
        belief.begin(0, 0.5, 1, 1);
        assertThat(belief.isOver(0)).isTrue();
        belief.begin(2, 0.5, 1, 1);
        assertThat(belief.isOver(2)).isTrue();
        assertThat(belief.isOver(1)).isFalse();
        assertThat(belief.isOver(3)).isFalse();
    }

    @Test
    void updatesAsAKalmanFilter() {
        LinearBelief belief = belief(1, 0.5, 0.5, 1);
        LinearBelief certain = belief(1, 0, 0, 0);

        // P = diag(1, .5), x = (2, 1): P x = (2, .5), x P x = 4.5, S = 4.5 + .5 = 5,
        // gain (.4, .1), error 1.5 - .5 = 1. P - (2, .5) (2, .5)' / 5, and 1e-5 of the way to P
        LinearBelief.kalmanUpdate(belief, certain, new float[] {2}, 1.5, 0.5);
        double[] once = {
            KEEP * 0.2 + DRIFT * 1, KEEP * -0.2, KEEP * 0.45 + DRIFT * 0.5,
        };
        assertThat(belief.weights).containsExactly(new double[] {0.4, 0.6}, ROUNDING);
        assertThat(belief.covariance).containsExactly(once, ROUNDING);
        assertThat(belief.mean(new float[] {2})).isCloseTo(1.4, ROUNDING);
        assertThat(belief.variance(new float[] {2}))
                .isCloseTo(once[0] * 4 + 2 * once[1] * 2 + once[2], ROUNDING);
        assertThat(belief.labels).isEqualTo(1);

        // x = (-1, 1): error 0 - (-.4 + .6)
        LinearBelief.kalmanUpdate(belief, certain, new float[] {-1}, 0, 0.5);
        double[] px = {once[1] - once[0], once[2] - once[1]};
        double sum = px[1] - px[0] + 0.5;
        assertThat(belief.weights)
                .containsExactly(
                        new double[] {0.4 - px[0] * 0.2 / sum, 0.6 - px[1] * 0.2 / sum}, ROUNDING);
        assertThat(belief.covariance)
                .containsExactly(
                        new double[] {
                            KEEP * (once[0] - px[0] * px[0] / sum) + DRIFT * 1,
                            KEEP * (once[1] - px[0] * px[1] / sum),
                            KEEP * (once[2] - px[1] * px[1] / sum) + DRIFT * 0.5
                        },
                        ROUNDING);

        assertThat(certain.weights).containsExactly(0, 0);
        assertThat(certain.covariance).containsExactly(0, 0, 0);
    }

    @Property(tries = 200)
    void knowsNearlyWhatARegressionOnAllLabelsAtOnceKnows(
            @ForAll long seed,
            @ForAll @IntRange(max = 6) int dimensions,
            @ForAll @IntRange(min = 1, max = 20) int labels,
            @ForAll @DoubleRange(min = -1, max = 1) double known) {
        var random = new Random(seed);
        double constantVariance = 0.3;
        double slopeVariance = 0.7;
        LinearBelief belief = belief(dimensions, 0.5, constantVariance, slopeVariance);
        // What is known for certain is taken off every value.
        LinearBelief certain = belief(dimensions, known, 0, 0);
        // (P0^-1 + X'X / noise) w = P0^-1 w0 + X'(y - known) / noise
        int n = dimensions + 1;
        var precision = new double[n][n];
        var right = new double[n];
        for (int i = 0; i < dimensions; i++) {
            precision[i][i] = 1 / slopeVariance;
        }
        precision[dimensions][dimensions] = 1 / constantVariance;
        right[dimensions] = 0.5 / constantVariance;

        for (int label = 0; label < labels; label++) {
            float[] features = features(random, dimensions, 1);
            double value = random.nextGaussian();
            LinearBelief.kalmanUpdate(belief, certain, features, value, NOISE);
            for (int i = 0; i < n; i++) {
                right[i] += at(features, i) * (value - known) / NOISE;
                for (int j = 0; j < n; j++) {
                    precision[i][j] += at(features, i) * at(features, j) / NOISE;
                }
            }
        }

        assertThat(belief.weights).containsExactly(solve(precision, right), within(0.01));
        for (int j = 0; j < n; j++) {
            var unit = new double[n];
            unit[j] = 1;
            double[] column = solve(precision, unit);
            for (int i = 0; i < n; i++) {
                assertThat(covariance(belief, i, j)).isCloseTo(column[i], within(0.01));
            }
        }
        assertThat(belief.labels).isEqualTo(labels);
        assertThat(certain.weights[dimensions]).isEqualTo(known);
    }

    @Test
    void sharesOutAnErrorByVariances() {
        LinearBelief one = belief(0, 0.5, 0.3, 1);
        LinearBelief other = belief(0, 0.1, 0.1, 1);
        // Error 1.2 - .6, over .3 + .1 + .2: .3 of it, .1 of it, and .2 are put down to noise.
        LinearBelief.kalmanUpdate(one, other, NONE, 1.2, NOISE);
        assertThat(one.weights[0]).isCloseTo(0.8, ROUNDING);
        assertThat(other.weights[0]).isCloseTo(0.2, ROUNDING);
        // .3 x (1 - .3 / .6), .1 x (1 - .1 / .6)
        assertThat(one.variance(NONE)).isCloseTo(KEEP * 0.15 + DRIFT * 0.3, ROUNDING);
        assertThat(other.variance(NONE)).isCloseTo(KEEP * 0.5 / 6 + DRIFT * 0.1, ROUNDING);
    }

    /**
     * Of every label, each of two beliefs learns its share, is that much surer of what it was
     * about, and its covariance stays one, below the prior's.
     */
    @Property(tries = 5)
    void staysACovarianceWithinThePrior(
            @ForAll long seed, @ForAll @IntRange(max = 8) int dimensions) {
        var random = new Random(seed);
        LinearBelief one = belief(dimensions, 0.5, 0.05, 0.5);
        LinearBelief other = belief(dimensions, 0.1, 0.004, 0.015);
        for (int label = 1; label <= 5_000; label++) {
            float[] features = features(random, dimensions, label % 10 == 0 ? 10 : 1);
            double value = random.nextDouble();
            double[] means = {one.mean(features), other.mean(features)};
            double[] variances = {one.variance(features), other.variance(features)};
            double sum = variances[0] + variances[1] + NOISE;
            double error = value - means[0] - means[1];

            LinearBelief.kalmanUpdate(one, other, features, value, NOISE);

            LinearBelief[] both = {one, other};
            for (int i = 0; i < 2; i++) {
                double share = variances[i] / sum;
                double drift = DRIFT * prior(both[i], features);
                assertThat(both[i].mean(features))
                        .isCloseTo(means[i] + share * error, within(1e-9));
                assertThat(both[i].variance(features))
                        .isNotNegative()
                        .isCloseTo(KEEP * variances[i] * (1 - share) + drift, within(1e-9))
                        .isLessThanOrEqualTo(prior(both[i], features) * (1 + 1e-9));
                assertThat(both[i].priorVarianceOf(Matrices.sumOfSquares(features)))
                        .isCloseTo(prior(both[i], features), within(1e-9));
                if (label % 100 == 0) {
                    assertPositive(both[i]);
                }
            }
        }
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
        LinearBelief one = belief(2, 0.5, 0.05, 0.5);
        LinearBelief other = belief(2, 0.1, 0.004, 0.015);
        LinearBelief.kalmanUpdate(one, other, new float[] {1, 2}, 1, NOISE);
        double[] weights = one.weights.clone();
        double[] covariance = one.covariance.clone();
        double[] otherWeights = other.weights.clone();
        double[] otherCovariance = other.covariance.clone();

        LinearBelief.kalmanUpdate(one, other, new float[] {first, second}, value, NOISE);

        assertThat(one.weights).containsExactly(weights);
        assertThat(one.covariance).containsExactly(covariance);
        assertThat(one.labels).isEqualTo(1);
        assertThat(other.weights).containsExactly(otherWeights);
        assertThat(other.covariance).containsExactly(otherCovariance);
        assertThat(other.labels).isEqualTo(1);
    }

    @Test
    void learnsNothingWhereAllIsCertain() {
        LinearBelief one = belief(0, 0.5, 0, 0);
        LinearBelief other = belief(0, 0, 0, 0);
        LinearBelief.kalmanUpdate(one, other, NONE, 1, 0);
        LinearBelief.kalmanUpdate(one, other, NONE, 0.5, 0);
        assertThat(one.weights).containsExactly(0.5);
        assertThat(one.labels).isZero();
    }

    @Test
    void neverBecomesCertain() {
        LinearBelief belief = belief(0, 0.5, 0.02, 0.015);
        LinearBelief certain = belief(0, 0, 0, 0);
        for (int label = 0; label < 50_000; label++) {
            LinearBelief.kalmanUpdate(belief, certain, NONE, 1, NOISE);
        }
        // v = (1 - 1e-5) x .2 v / (v + .2) + 1e-5 x .02: that of .2 / v = 1,005 labels.
        assertThat(belief.variance(NONE)).isCloseTo(1.991020e-04, within(1e-9));
    }

    /** Directions that no label said anything of are as unsure as before the first, and no more. */
    @Test
    void isNeverLessSureThanBeforeTheFirstLabel() {
        LinearBelief belief = belief(3, 0.5, 0.02, 0.015);
        LinearBelief shared = belief(3, 0.5, 0.05, 0.5);
        float[] always = {1, 0.5f, 0};
        for (int label = 0; label < 1_000_000; label++) {
            LinearBelief.kalmanUpdate(shared, belief, always, label % 2, NOISE);
        }
        var random = new Random(1);
        for (int direction = 0; direction < 1_000; direction++) {
            float[] features = features(random, 3, 2);
            for (LinearBelief each : new LinearBelief[] {shared, belief}) {
                assertThat(each.variance(features))
                        .isLessThanOrEqualTo(prior(each, features) * (1 + 1e-9));
            }
        }
        // At right angles to all labels: 1 x 1 - .5 x 2, and no constant.
        double before = shared.mean(new float[] {1, -2, 1}) + belief.mean(new float[] {1, -2, 1});
        LinearBelief.kalmanUpdate(shared, belief, new float[] {1, -2, 1}, 0, NOISE);
        assertThat(shared.mean(always) + belief.mean(always)).isCloseTo(0.5, within(0.05));
        assertThat(before).isBetween(0.0, 1.0);
    }

    @Test
    void learnsAChangeAfterManyLabelsAllAlike() {
        LinearBelief belief = belief(0, 0.5, 0.02, 0.015);
        LinearBelief certain = belief(0, 0, 0, 0);
        for (int label = 0; label < 20_000; label++) {
            LinearBelief.kalmanUpdate(belief, certain, NONE, 1, NOISE);
        }
        assertThat(belief.mean(NONE)).isGreaterThan(0.999);
        for (int label = 0; label < 5_000; label++) {
            LinearBelief.kalmanUpdate(belief, certain, NONE, 0, NOISE);
        }
        // exp(-5,000 / 1,000) of what was believed is left; .8 where nothing is forgotten.
        assertThat(belief.mean(NONE)).isCloseTo(0.0069, within(1e-4));
    }

    @Test
    void learnsThatAFeatureNowMeansTheOpposite() {
        LinearBelief belief = belief(1, 0.5, 0.004, 0.015);
        LinearBelief certain = belief(1, 0, 0, 0);
        for (int label = 0; label < 25_000; label++) {
            int side = label % 2 == 0 ? -1 : 1;
            double slope = label < 20_000 ? 0.5 : -0.5;
            LinearBelief.kalmanUpdate(
                    belief, certain, new float[] {side}, 0.5 + slope * side, NOISE);
        }
        // sqrt(1e-5 x .015 / .2) = 1 / 1,155: -.5 + exp(-5,000 / 1,155) = -.487
        assertThat(belief.weights[0]).isCloseTo(-0.487, within(0.005));
        assertThat(belief.weights[1]).isCloseTo(0.5, within(0.005));
    }

    @Test
    void forgetsEverythingWhenItBeginsAnew() {
        LinearBelief belief = belief(2, 0.5, 0.05, 0.5);
        LinearBelief.kalmanUpdate(belief, belief(2, 0, 0, 0), new float[] {1, 2}, 1, NOISE);
        belief.begin(1, 0.3, 0.2, 0.1);
        assertThat(belief.weights).containsExactly(0, 0.3);
        assertThat(belief.covariance).containsExactly(0.1, 0, 0.2);
        assertThat(belief.labels).isZero();
        // .1 x 2^2 + .2
        assertThat(belief.variance(new float[] {2})).isCloseTo(0.6, ROUNDING);
    }

    private static LinearBelief belief(
            int dimensions, double constant, double constantVariance, double slopeVariance) {
        var belief = new LinearBelief();
        belief.begin(dimensions, constant, constantVariance, slopeVariance);
        return belief;
    }

    private static float[] features(Random random, int dimensions, double scale) {
        var features = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            features[i] = (float) (scale * random.nextGaussian());
        }
        return features;
    }

    /** A feature, or the constant 1 after the last one. */
    private static double at(float[] features, int i) {
        return i < features.length ? features[i] : 1;
    }

    private static double covariance(LinearBelief belief, int i, int j) {
        int row = Math.max(i, j);
        return belief.covariance[row * (row + 1) / 2 + Math.min(i, j)];
    }

    /** Variance of the function's value before the first label. */
    private static double prior(LinearBelief belief, float[] features) {
        double squares = 0;
        for (float feature : features) {
            squares += feature * (double) feature;
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
