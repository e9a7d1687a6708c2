package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchUpdateTest {

    private static final int DIMENSIONS = 2;
    private static final int ROWS = 40;
    private static final List<String> MODELS = List.of("a", "b", "c");

    @Test
    void oneLabelOfOneModelByHand() {
        OutcomeRecorder recorder = new OutcomeRecorder("e", List.of("a"), 0);
        recorder.add(new float[0], new double[] {1}, new double[] {5});
        LinearBelief shared = new LinearBelief();
        shared.begin(0, .6, .05, 1);
        LinearBelief own = new LinearBelief();
        own.begin(0, .1, .004, 1);
        update(recorder.result(), shared, List.of(own));

        // Error 1 - .7 = .3 of variance .05 + .004 + .2, shared out by the variances.
        assertThat(shared.weights[0]).isCloseTo(.6 + .3 * .05 / .254, within(1e-12));
        assertThat(own.weights[0]).isCloseTo(.1 + .3 * .004 / .254, within(1e-12));
        // Each given the other: 1 / (20 + 5) and 1 / (250 + 5).
        assertThat(shared.covariance).containsExactly(new double[] {.04}, within(1e-12));
        assertThat(own.covariance).containsExactly(new double[] {1 / 255.0}, within(1e-12));
    }

    /** With all rows, the exact posterior; with fewer, every label is as much noisier. */
    @ParameterizedTest
    @ValueSource(longs = {1, 10, ROWS})
    void beliefsAreThePartsOfTheExactPosteriorOfAllWeights(long weight) {
        Random random = new Random(weight);
        OutcomeRecorder recorder = new OutcomeRecorder("e", MODELS, DIMENSIONS);
        LinearBelief shared = shared();
        List<LinearBelief> own = List.of(own(.1), own(-.1), own(0));
        ExactPosterior exact = new ExactPosterior(shared, own);
        for (int row = 0; row < ROWS; row++) {
            float[] x = {(float) random.nextGaussian(), random.nextFloat()};
            double[] scores = random.doubles(MODELS.size()).toArray();
            recorder.add(x, scores, new double[MODELS.size()]);
            for (int m = 0; m < scores.length; m++) {
                exact.learn(m, x, scores[m], Priors.LABEL_VARIANCE * ROWS / weight);
            }
        }

        update(recorder.result().atMost(weight), shared, own);

        exact.assertPart(0, shared);
        for (int m = 0; m < own.size(); m++) {
            exact.assertPart(m + 1, own.get(m));
            assertThat(own.get(m).labels).isEqualTo(weight);
        }
        assertThat(shared.labels).isEqualTo(weight * MODELS.size());
    }

    private static void update(WarmStart recorded, LinearBelief shared, List<LinearBelief> own) {
        BatchUpdate update = new BatchUpdate(recorded, shared);
        for (int m = 0; m < own.size(); m++) {
            update.add(own.get(m), recorded.models().get(MODELS.get(m)));
        }
        update.finish();
    }

    private static LinearBelief shared() {
        LinearBelief belief = new LinearBelief();
        belief.begin(DIMENSIONS, .6, .05, .5);
        return belief;
    }

    private static LinearBelief own(double constant) {
        LinearBelief belief = new LinearBelief();
        belief.begin(DIMENSIONS, constant, .004, .015);
        return belief;
    }

    /** The Gaussian over the shared and all own weights, updated by one label at a time. */
    private static final class ExactPosterior {

        private static final int WIDTH = DIMENSIONS + 1;

        private final double[] mean;
        private final double[][] covariance;

        ExactPosterior(LinearBelief shared, List<LinearBelief> own) {
            mean = new double[WIDTH * (own.size() + 1)];
            covariance = new double[mean.length][mean.length];
            for (int block = 0; block <= own.size(); block++) {
                LinearBelief prior = block == 0 ? shared : own.get(block - 1);
                for (int i = 0; i < WIDTH; i++) {
                    int at = block * WIDTH + i;
                    mean[at] = prior.weights[i];
                    covariance[at][at] = 1 / prior.priorPrecision(i);
                }
            }
        }

        void learn(int model, float[] x, double score, double noise) {
            double[] z = new double[mean.length];
            for (int i = 0; i < WIDTH; i++) {
                z[i] = i < DIMENSIONS ? x[i] : 1;
                z[(model + 1) * WIDTH + i] = z[i];
            }
            double[] projection = Matrices.times(covariance, z);
            double variance = noise;
            double error = score;
            for (int i = 0; i < z.length; i++) {
                variance += z[i] * projection[i];
                error -= z[i] * mean[i];
            }
            for (int i = 0; i < z.length; i++) {
                mean[i] += projection[i] * error / variance;
                for (int j = 0; j < z.length; j++) {
                    covariance[i][j] -= projection[i] * projection[j] / variance;
                }
            }
        }

        /** The mean, and the inverse of the block of the precision. */
        void assertPart(int block, LinearBelief belief) {
            double[][] precision = Matrices.inverse(covariance);
            double[][] part = new double[WIDTH][WIDTH];
            for (int i = 0; i < WIDTH; i++) {
                int row = block * WIDTH + i;
                assertThat(belief.weights[i]).isCloseTo(mean[row], within(1e-10));
                for (int j = 0; j < WIDTH; j++) {
                    part[i][j] = precision[row][block * WIDTH + j];
                }
            }
            assertThat(belief.covariance)
                    .containsExactly(Matrices.pack(Matrices.inverse(part)), within(1e-10));
        }
    }
}
