package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SharedStateTest {

    private final SharedState shared = new SharedState();

    @Test
    void knowsThatPromptsDifferMoreThanModels() {
        shared.prepare(0.7);
        assertThat(shared.accuracy.mean(new float[] {1, 0.6f, -0.8f})).isEqualTo(0.7);
        assertThat(shared.accuracy.variance(new float[] {1})).isCloseTo(0.05, within(1e-12));
        // .05 + .2 x (.36 + .64)
        assertThat(shared.accuracy.variance(new float[] {1, 0.6f, -0.8f}))
                .isCloseTo(0.25, within(1e-7));
    }

    @Test
    void keepsWhatItLearnedUntilAnotherEmbeddingMakesTheFeatures() {
        float[] prompt = {2};
        shared.prepare(0.7);
        assertThat(shared.useEmbedding("one", 0)).isFalse();
        shared.kernel.see(prompt);
        learn(shared.kernel.regressors(prompt));
        shared.promptNoise.add(0.5, 0.5);
        double learned = shared.accuracy.mean(shared.kernel.regressors(prompt));
        assertThat(learned).isGreaterThan(0.7);

        shared.prepare(0.7);
        assertThat(shared.useEmbedding("one", 5)).isFalse();
        assertThat(shared.accuracy.mean(shared.kernel.regressors(prompt))).isEqualTo(learned);
        assertThat(shared.otherFeaturesUntil).isZero();

        assertThat(shared.useEmbedding("other", 7)).isTrue();
        assertThat(shared.otherFeaturesUntil).isEqualTo(7);
        assertThat(shared.accuracy.isEmpty()).isTrue();
        assertThat(shared.kernel.size).isZero();
        // How alike answers to one prompt are, no embedding decides.
        assertThat(shared.promptNoise.squares).isEqualTo(0.25);
        shared.prepare(0.7);
        assertThat(shared.accuracy.mean(shared.kernel.regressors(prompt))).isEqualTo(0.7);
        assertThat(shared.accuracy.labels).isZero();
    }

    private void learn(float[] x) {
        LinearBelief.learn(new LinearBelief[] {shared.accuracy}, new double[] {1}, x, 1, 0.2, 1);
    }
}
