package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Learning from many labels at once, against learning from each. */
class JointUpdateTest {

    private static final int DIMENSIONS = 3;
    private static final double NOISE = Priors.LABEL_VARIANCE;
    private static final Offset<Double> ROUNDING = within(1e-12);

    private final Random random = new Random(1);
    private final LinearBelief shared = belief(.6, .05, .5);
    private final List<LinearBelief> own = List.of(belief(.1, .02, .015), belief(-.1, .02, .015));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100})
    void oneLabelIsTheKalmanFiltersUpdate(int labelsBefore) {
        LinearBelief sharedOneByOne = belief(.6, .05, .5);
        LinearBelief ownOneByOne = belief(.1, .02, .015);
        for (int i = 0; i <= labelsBefore; i++) {
            float[] x = features();
            double score = random.nextDouble();
            LinearBelief.kalmanUpdate(sharedOneByOne, ownOneByOne, x, score, NOISE);
            update(List.of(sums(x, score)));
        }
        assertSame(shared, sharedOneByOne);
        assertSame(own.get(0), ownOneByOne);
    }

    private static void assertSame(LinearBelief actual, LinearBelief expected) {
        assertThat(actual.weights).containsExactly(expected.weights, ROUNDING);
        assertThat(actual.covariance).containsExactly(expected.covariance, ROUNDING);
        assertThat(actual.labels).isEqualTo(expected.labels);
    }

    /** From beliefs that have learned, so that their weights depend on each other. */
    @ParameterizedTest
    @CsvSource({"1, 0", "1, 1", "7, 2", "100, 300"})
    void isTheExactPosteriorOfAllWeightsTogether(int labelsOfOne, int labelsOfOther) {
        update(List.of(labels(20, null, 0), labels(10, null, 1)));
        long learnedBefore = shared.labels;
        double[][] priors = {prior(shared), prior(own.get(0)), prior(own.get(1))};
        ExactPosterior exact = new ExactPosterior(shared, own);

        update(List.of(labels(labelsOfOne, exact, 0), labels(labelsOfOther, exact, 1)));

        int labels = labelsOfOne + labelsOfOther;
        assertThat(shared.labels - learnedBefore).isEqualTo(labels);
        assertMarginal(exact, 0, shared, priors[0], labels);
        assertMarginal(exact, 1, own.get(0), priors[1], labelsOfOne);
        assertMarginal(exact, 2, own.get(1), priors[2], labelsOfOther);
    }

    /** After the drift of as many labels, one after the other. */
    private static void assertMarginal(
            ExactPosterior exact, int part, LinearBelief belief, double[] prior, int labels) {
        double[] expected = exact.covariance(part);
        for (int i = 0; i < labels; i++) {
            for (int at = 0; at < expected.length; at++) {
                expected[at] += Priors.DRIFT_PER_LABEL * (prior[at] - expected[at]);
            }
        }
        assertThat(belief.weights).containsExactly(exact.mean(part), within(1e-10));
        assertThat(belief.covariance).containsExactly(expected, within(1e-10));
    }

    @Test
    void nothingIsLearnedFromNoLabels() {
        update(List.of(new LabelSums(), new LabelSums()));
        new JointUpdate(shared, NOISE).finish();
        assertSame(shared, belief(.6, .05, .5));
        assertSame(own.get(0), belief(.1, .02, .015));
    }

    /** Of prompts that are all alike, of features far below and far above 1. */
    @ParameterizedTest
    @CsvSource({"1, 1", "10000, 1", "10000, 1e-9", "10000, 1e4", "3, 1e5", "100000000, 1"})
    void covariancesStayThoseOfWeightsWhateverTheSums(long labels, double scale) {
        for (int round = 0; round < 20; round++) {
            LabelSums sums = sums(features(scale), .9);
            sums.add(features(scale), .1);
            sums.addUp();
            sums.rows *= labels;
            multiply(sums.moments, labels);
            multiply(sums.scoreMoments, labels);
            update(List.of(sums, sums));
            assertIsCovariance(shared);
            own.forEach(JointUpdateTest::assertIsCovariance);
        }
        assertThat(shared.labels).isEqualTo(20 * 2 * 2 * labels);
    }

    private static void multiply(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    /** Positive definite, and in no direction wider than the prior, but for rounding. */
    private static void assertIsCovariance(LinearBelief belief) {
        double[][] covariance = Matrices.unpack(belief.covariance, 1);
        assertThatCode(() -> Matrices.inverse(covariance)).doesNotThrowAnyException();
        double[][] lost = Matrices.unpack(prior(belief), 1.01);
        Matrices.subtract(lost, covariance);
        assertThatCode(() -> Matrices.inverse(lost)).doesNotThrowAnyException();
        assertThat(Matrices.sum(belief.weights)).isFinite();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.MAX_VALUE})
    void nothingIsLearnedFromWhatIsNotFinite(double element) {
        LabelSums sums = sums(features(), .5);
        sums.addUp();
        sums.scoreMoments[0] = element;
        update(List.of(sums));
        LabelSums squares = sums(features(), .5);
        squares.addUp();
        squares.moments[0] = element;
        update(List.of(squares));
        assertThat(Matrices.sum(shared.weights)).isFinite();
        assertIsCovariance(shared);
        assertThat(Matrices.sum(own.get(0).weights)).isFinite();
        assertIsCovariance(own.get(0));
    }

    /** Features that no embedder makes must not end the job. */
    @ParameterizedTest
    @ValueSource(doubles = {1e7, 1e9, 1e15, 1e30})
    void survivesFeaturesThatLeaveNothingButRounding(double scale) {
        for (int round = 0; round < 20; round++) {
            update(List.of(sums(features(scale), .9), sums(features(scale), .1)));
            assertThat(Matrices.sum(shared.weights)).isFinite();
            assertThat(Matrices.sum(shared.covariance)).isFinite();
            assertThat(Matrices.sum(own.get(0).covariance)).isFinite();
        }
    }

    @Test
    void forecastOfAModelMovesLittleByTheLabelsOfAnotherInTheSameUpdate() {
        float[] x = {1, 0, 0};
        LabelSums good = new LabelSums();
        LabelSums bad = new LabelSums();
        for (int i = 0; i < 1_000; i++) {
            good.add(x, .9);
            bad.add(x, .3);
        }
        update(List.of(good, bad));
        assertThat(shared.mean(x) + own.get(0).mean(x)).isCloseTo(.9, within(.01));
        assertThat(shared.mean(x) + own.get(1).mean(x)).isCloseTo(.3, within(.01));
    }

    private void update(List<LabelSums> sums) {
        JointUpdate update = new JointUpdate(shared, NOISE);
        for (int m = 0; m < sums.size(); m++) {
            if (sums.get(m).rows > 0) {
                sums.get(m).addUp();
                update.add(own.get(m), sums.get(m));
            }
        }
        update.finish();
    }

    /** Sums of random labels, which an exact posterior learns one by one. */
    private LabelSums labels(int count, ExactPosterior exact, int model) {
        LabelSums sums = new LabelSums();
        for (int i = 0; i < count; i++) {
            float[] x = features();
            double score = random.nextDouble();
            sums.add(x, score);
            if (exact != null) {
                exact.learn(model, x, score, NOISE);
            }
        }
        return sums;
    }

    private static LabelSums sums(float[] x, double score) {
        LabelSums sums = new LabelSums();
        sums.add(x, score);
        return sums;
    }

    private float[] features() {
        return features(1);
    }

    private float[] features(double scale) {
        float[] x = new float[DIMENSIONS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) (scale * random.nextGaussian());
        }
        return x;
    }

    private static LinearBelief belief(
            double constant, double constantVariance, double slopeVariance) {
        LinearBelief belief = new LinearBelief();
        belief.begin(DIMENSIONS, constant, constantVariance, slopeVariance);
        return belief;
    }

    /** Covariance that a belief began with. */
    private static double[] prior(LinearBelief belief) {
        return belief(0, belief.constantVariance, belief.slopeVariance).covariance;
    }
}
