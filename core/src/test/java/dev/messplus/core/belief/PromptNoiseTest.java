package dev.messplus.core.belief;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PromptNoiseTest {

    private final PromptNoise noise = new PromptNoise();

    /** 50 pairs of variance .2 and correlation .4 count as products of 4 in squares of 10. */
    @Test
    void beginsWithAnAssumptionThatCountsAsSomePairs() {
        assertThat(noise.correlation()).isCloseTo(0.4, within(1e-12));
        noise.add(0.5, 0.4);
        assertThat(noise.correlation()).isCloseTo((4 + 0.2) / (10 + 0.205), within(1e-12));
        noise.add(-0.5, 0.4);
        assertThat(noise.correlation()).isCloseTo(4 / (10 + 0.41), within(1e-12));
    }

    @Test
    void learnsTheCorrelationOfErrors() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            double common = Math.sqrt(0.7) * random.nextGaussian();
            double one = common + Math.sqrt(0.3) * random.nextGaussian();
            double other = common + Math.sqrt(0.3) * random.nextGaussian();
            noise.add(0.4 * one, 0.4 * other);
        }
        assertThat(noise.correlation()).isCloseTo(0.7, within(0.02));
    }

    /** 50 labels of variance .2, where it would be .25 if each were 0 or 1. */
    @Test
    void beginsWithAnAssumedSpreadOfLabels() {
        assertThat(noise.spread()).isCloseTo(0.8, within(1e-12));
        noise.addLabel(0.5, 0.7);
        assertThat(noise.spread()).isCloseTo((10 + 0.04) / (12.5 + 0.21), within(1e-12));
    }

    @Test
    void learnsWhetherLabelsAre0Or1() {
        var random = new Random(1);
        PromptNoise graded = new PromptNoise();
        for (int i = 0; i < 20_000; i++) {
            double forecast = random.nextDouble();
            double binary = random.nextDouble() < forecast ? 1 : 0;
            noise.addLabel(binary, forecast);
            graded.addLabel(random.nextDouble() < 0.3 ? binary : forecast, forecast);
        }
        assertThat(noise.spread()).isCloseTo(1, within(0.02));
        assertThat(graded.spread()).isCloseTo(0.3, within(0.02));
        for (int i = 0; i < 20_000; i++) {
            noise.addLabel(0, 1);
        }
        assertThat(noise.spread()).isEqualTo(1);
    }

    @Test
    void isNeitherNegativeNorCertain() {
        for (int i = 0; i < 1_000; i++) {
            noise.add(0.5, -0.5);
        }
        assertThat(noise.correlation()).isZero();
        for (int i = 0; i < 100_000; i++) {
            noise.add(0.5, 0.5);
        }
        assertThat(noise.correlation()).isEqualTo(0.9);
    }
}
