package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
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

        assertPart(exact, 0, shared);
        for (int m = 0; m < own.size(); m++) {
            assertPart(exact, m + 1, own.get(m));
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

    /** The mean, and the inverse of the block of the precision. */
    private static void assertPart(ExactPosterior exact, int part, LinearBelief belief) {
        assertThat(belief.weights).containsExactly(exact.mean(part), within(1e-10));
        assertThat(belief.covariance)
                .containsExactly(exact.covarianceGivenTheOthers(part), within(1e-10));
    }
}
