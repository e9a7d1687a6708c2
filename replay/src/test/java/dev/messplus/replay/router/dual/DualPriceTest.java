package dev.messplus.replay.router.dual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Models of 1 J and 10 J. On the three prompts, the large one is 1, .5 and 0 better. */
class DualPriceTest {

    private static final List<double[]> PROMPTS =
            List.of(new double[] {0, 1}, new double[] {.5, 1}, new double[] {1, 1});

    private final DualPrice price = new DualPrice(new double[] {1, 10});

    @Test
    void isTheLeastAtWhichThePromptsReachAlpha() {
        // One for 9 J makes 2.5 / 3; the next half for 9 J makes 1.
        assertThat(price.solve(PROMPTS, .5)).isZero();
        assertThat(price.solve(PROMPTS, .8)).isCloseTo(9, within(1e-6));
        assertThat(price.solve(PROMPTS, .9)).isCloseTo(18, within(1e-6));
    }

    @Test
    void isHighIfNoPriceReachesAlpha() {
        assertThat(price.solve(PROMPTS, 1.1)).isEqualTo(10_000);
    }

    @Test
    void routesWhereTheGainIsWorthIt() {
        assertThat(price.model(PROMPTS.get(0), 17)).isEqualTo(1);
        assertThat(price.model(PROMPTS.get(1), 17)).isZero();
        assertThat(price.model(PROMPTS.get(1), 19)).isEqualTo(1);
        assertThat(price.model(PROMPTS.get(2), 10_000)).isZero();
    }
}
