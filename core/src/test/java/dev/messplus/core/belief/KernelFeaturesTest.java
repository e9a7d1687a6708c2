package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class KernelFeaturesTest {

    /** Regressors are floats. */
    private static final Offset<Double> FLOAT = within(1e-5);

    private final KernelFeatures kernel = new KernelFeatures();

    @Test
    void areTheConstantAloneBeforeTheFirstPrompt() {
        assertThat(kernel.regressors(new float[] {3, 4})).containsExactly(1);
        assertThat(kernel.fits(7)).isTrue();
    }

    /** Distances of .8 and 1.6 are e^-.5 and e^-2: L = ((1) (e^-.5, sqrt(1 - e^-1))). */
    @Test
    void areThoseOfTheCholeskyDecomposition() {
        float[] one = {0, 0};
        float[] other = {0.8f, 0};
        kernel.see(one);
        kernel.see(other);
        assertThat(kernel.size).isEqualTo(2);
        assertThat(kernel.dimensions).isEqualTo(2);
        assertThat(kernel.landmarks).containsExactly(0, 0, 0.8f, 0);
        double near = Math.exp(-0.5);
        double rest = Math.sqrt(1 - Math.exp(-1));
        assertRegressors(kernel.regressors(one), 1, 0);
        assertRegressors(kernel.regressors(other), near, rest);
        // k = e^-.5 to both
        assertRegressors(
                kernel.regressors(new float[] {0.4f, (float) Math.sqrt(0.48)}),
                near,
                (near - near * near) / rest);
        // k = e^-2 to the first and e^-.5 to the second
        assertRegressors(
                kernel.regressors(new float[] {1.6f, 0}),
                Math.exp(-2),
                (near - near * Math.exp(-2)) / rest);
    }

    @Property(tries = 50)
    void productsOfLandmarksAreTheirKernel(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int dimensions) {
        KernelFeatures grown = grown(new Random(seed), dimensions, 200);
        float[][] phi = new float[grown.size][];
        for (int i = 0; i < grown.size; i++) {
            phi[i] = grown.regressors(landmark(grown, i)).clone();
        }
        for (int i = 0; i < grown.size; i++) {
            assertThat(product(phi[i], phi[i])).isCloseTo(1, FLOAT);
            for (int j = 0; j < i; j++) {
                double k = kernel(landmark(grown, i), landmark(grown, j));
                assertThat(product(phi[i], phi[j])).isCloseTo(k, FLOAT);
            }
        }
    }

    /** What a prompt is not like in its landmarks is at most all of it, and at least nothing. */
    @Property(tries = 50)
    void noPromptHasMoreThanTheVarianceOfTheProcess(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int dimensions) {
        var random = new Random(seed);
        KernelFeatures grown = grown(random, dimensions, 200);
        for (int i = 0; i < 100; i++) {
            float[] x = grown.regressors(prompt(random, dimensions));
            assertThat(x).hasSize(grown.size + 1);
            assertThat(x[0]).isEqualTo(1);
            assertThat(product(x, x)).isBetween(0.0, 1 + 1e-5);
        }
    }

    @Property(tries = 50)
    void regressorsStayAsTheyAreWhenALandmarkComes(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int dimensions) {
        var random = new Random(seed);
        KernelFeatures grown = grown(random, dimensions, 20);
        float[] prompt = prompt(random, dimensions);
        float[] before = grown.regressors(prompt).clone();
        float[] far = new float[dimensions];
        far[0] = 100;

        grown.see(far);

        assertThat(grown.size).isEqualTo(before.length);
        float[] after = grown.regressors(prompt);
        assertThat(after).hasSize(before.length + 1).startsWith(before);
        assertThat(after[before.length]).isZero();
    }

    /** One that is e^-(d^2 / 1.28) like the only landmark misses 1 - the square of that: .4. */
    @Test
    void aPromptThatLandmarksMissMuchOfBecomesOne() {
        kernel.see(new float[] {0});
        float threshold = (float) Math.sqrt(-0.64 * Math.log(0.6));
        kernel.see(new float[] {threshold - 0.001f});
        assertThat(kernel.size).isOne();
        kernel.see(new float[] {threshold + 0.001f});
        assertThat(kernel.size).isEqualTo(2);
        kernel.see(new float[] {threshold + 0.001f});
        assertThat(kernel.size).isEqualTo(2);
    }

    @Test
    void hasNoMoreLandmarksThanItMay() {
        for (int i = 0; i < 2 * Priors.MAX_LANDMARKS; i++) {
            kernel.see(new float[] {10 * i});
        }
        assertThat(kernel.size).isEqualTo(Priors.MAX_LANDMARKS);
        assertThat(kernel.landmarks).hasSize(Priors.MAX_LANDMARKS);
        // The first ones stay.
        assertThat(kernel.landmarks).startsWith(0, 10, 20);
        assertThat(kernel.regressors(new float[] {10})[2]).isEqualTo(1);
    }

    @Test
    void aPromptFarFromAllOthersHasTheConstantAlone() {
        KernelFeatures grown = grown(new Random(1), 3, 100);
        float[] expected = new float[grown.size + 1];
        expected[0] = 1;
        assertThat(grown.regressors(new float[] {0, 1e6f, 0})).containsExactly(expected);
        assertThat(grown.regressors(new float[] {1e30f, 1e30f, 0})).containsExactly(expected);
    }

    /** As state is restored: what is scratch is made anew of the landmarks. */
    @Property(tries = 20)
    void isTheSameAfterACopyOfItsFields(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 9) int dimensions) {
        var random = new Random(seed);
        KernelFeatures grown = grown(random, dimensions, 100);
        var restored = new KernelFeatures();
        restored.dimensions = grown.dimensions;
        restored.size = grown.size;
        restored.landmarks = grown.landmarks.clone();
        for (int i = 0; i < 200; i++) {
            float[] prompt = prompt(random, dimensions);
            assertThat(restored.regressors(prompt)).containsExactly(grown.regressors(prompt));
            grown.see(prompt);
            restored.see(prompt);
            assertThat(restored.landmarks).containsExactly(grown.landmarks);
            assertThat(restored.regressors(prompt)).containsExactly(grown.regressors(prompt));
        }
    }

    @Test
    void fitsPromptsOfAsManyFeatures() {
        kernel.see(new float[] {1, 2});
        assertThat(kernel.fits(2)).isTrue();
        assertThat(kernel.fits(1)).isFalse();
        assertThat(kernel.fits(0)).isFalse();
        assertThat(kernel.knows(new float[2])).isTrue();
        assertThat(kernel.knows(new float[3])).isFalse();
        assertThat(kernel.knows(new float[] {1, Float.NaN})).isFalse();
        assertThat(kernel.knows(new float[] {Float.NEGATIVE_INFINITY, 0})).isFalse();
        assertThat(kernel.knows(null)).isFalse();
    }

    /** Where prompts have no features, all of them are one: the constant says everything. */
    @Test
    void promptsWithoutFeaturesAreNoLandmarks() {
        kernel.see(new float[0]);
        assertThat(kernel.size).isZero();
        assertThat(kernel.regressors(new float[0])).containsExactly(1);
    }

    private static void assertRegressors(float[] x, double... phi) {
        assertThat(x).hasSize(phi.length + 1);
        assertThat(x[0]).isEqualTo(1);
        for (int i = 0; i < phi.length; i++) {
            assertThat((double) x[i + 1]).isCloseTo(phi[i], FLOAT);
        }
    }

    private static KernelFeatures grown(Random random, int dimensions, int prompts) {
        var grown = new KernelFeatures();
        for (int i = 0; i < prompts; i++) {
            grown.see(prompt(random, dimensions));
        }
        assertThat(grown.size).isPositive();
        return grown;
    }

    private static float[] prompt(Random random, int dimensions) {
        var prompt = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            prompt[i] = (float) random.nextGaussian();
        }
        return prompt;
    }

    private static float[] landmark(KernelFeatures features, int i) {
        var landmark = new float[features.dimensions];
        System.arraycopy(features.landmarks, i * landmark.length, landmark, 0, landmark.length);
        return landmark;
    }

    private static double kernel(float[] x, float[] y) {
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            squares += (x[i] - y[i]) * (double) (x[i] - y[i]);
        }
        return Math.exp(-squares / (2 * 0.8 * 0.8));
    }

    /** Of phi, which comes after the constant. */
    private static double product(float[] x, float[] y) {
        double sum = 0;
        for (int i = 1; i < x.length; i++) {
            sum += x[i] * (double) y[i];
        }
        return sum;
    }
}
