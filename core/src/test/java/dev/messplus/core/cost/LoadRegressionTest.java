package dev.messplus.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.Priors;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LoadRegressionTest {

    private static final double RATIO = Priors.BATCHED_SHARE;

    private final LoadRegression regression = new LoadRegression();

    @Test
    void learnsWhatACallTakesAtAnyLoad() {
        SplittableRandom random = new SplittableRandom(1);
        for (int call = 0; call < 400; call++) {
            double p = 50 + random.nextInt(500);
            double n = 20 + random.nextInt(400);
            double r = 1.0 / (1 + random.nextInt(30));
            double noise = 1 + .1 * random.nextGaussian();
            regression.add(p, n, r, (.01 * p + n * (1.6 * r + .08)) * noise, 1);
        }
        double[] c = regression.coefficients(RATIO);
        assertThat(c[0]).isCloseTo(.01, within(.004));
        assertThat(c[1]).isCloseTo(1.6, within(.1));
        assertThat(c[2]).isCloseTo(.08, within(.01));
        assertThat(regression.ratioKnown(.1)).isGreaterThan(.9);
    }

    /** 100 tokens alone for 110 J: a + b = 1.1, and b = a / 10. */
    @Test
    void aLoneCallIsCarriedOverToOtherLoadsByThePrior() {
        regression.add(10, 100, 1, 110, 1);
        double[] c = regression.coefficients(RATIO);
        assertThat(c).containsExactly(new double[] {0, 1, .1}, within(1e-6));
        assertThat(regression.ratioKnown(.1)).isZero();
        assertThat(regression.coefficients(1))
                .containsExactly(new double[] {0, .55, .55}, within(1e-6));
    }

    @Test
    void whatDoesNotDependOnTheLoadIsTheSameAtAnyLoad() {
        regression.add(10, 100, Double.NaN, 110, 1);
        regression.add(20, 100, Double.NaN, 110, 1);
        double[] c = regression.coefficients(RATIO);
        assertThat(c[1]).isZero();
        assertThat(c[2]).isCloseTo(1.1, within(.01));
        assertThat(regression.followsLoad()).isFalse();
    }

    @Test
    void promptsThatDoNotVaryTakeNothingOfTheirOwn() {
        for (int call = 0; call < 100; call++) {
            regression.add(300, 1, Double.NaN, call % 2 == 0 ? 9 : 11, 1);
        }
        double[] c = regression.coefficients(RATIO);
        assertThat(c[0] * 300 + c[2]).isCloseTo(10, within(.1));
        assertThat(c[0] * 300).isLessThan(.2 * 10);
        assertThat(regression.mean()).isCloseTo(10, within(1e-9));
        assertThat(regression.meanPromptTokens()).isCloseTo(300, within(1e-9));
    }

    @Test
    void sumsOfTwoAreAsGoodAsAllCallsInOne() {
        LoadRegression other = new LoadRegression();
        LoadRegression all = new LoadRegression();
        SplittableRandom random = new SplittableRandom(2);
        for (int call = 0; call < 50; call++) {
            double[] x = {random.nextInt(300), 1 + random.nextInt(300), random.nextDouble()};
            double y = 100 * random.nextDouble();
            all.scale(.9);
            all.add(x[0], x[1], x[2], y, .5);
            LoadRegression half = call < 25 ? regression : other;
            half.scale(.9);
            half.add(x[0], x[1], x[2], y, .5);
        }
        regression.scale(Math.pow(.9, 25));
        regression.add(other);
        assertThat(regression.coefficients(RATIO))
                .containsExactly(all.coefficients(RATIO), within(1e-9));
        assertThat(regression.weight).isCloseTo(all.weight, within(1e-9));
        assertThat(regression.ratioKnown(.1)).isCloseTo(all.ratioKnown(.1), within(1e-9));
    }
}
