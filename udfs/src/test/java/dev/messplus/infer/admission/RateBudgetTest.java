package dev.messplus.infer.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateBudgetTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void turnsOfASlowRateAreEvenlySpaced() {
        RateBudget budget = new RateBudget(2.5, 0);

        assertThat(budget.tryTake(0)).isZero();
        assertThat(budget.tryTake(0)).isEqualTo(SECOND * 4 / 10);
        assertThat(budget.tryTake(SECOND * 3 / 10)).isEqualTo(SECOND / 10);
        assertThat(budget.tryTake(SECOND * 4 / 10)).isZero();
        assertThat(budget.take(SECOND * 4 / 10)).isEqualTo(SECOND * 4 / 10);
        assertThat(budget.take(SECOND * 4 / 10)).isEqualTo(SECOND * 8 / 10);
    }

    /** Whenever calls come, no second has more than its rate and one burst. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 20, 100, 1_000})
    void noSecondHasMoreThanItsRate(double perSecond) {
        RateBudget budget = new RateBudget(perSecond, 0);
        long now = 0;
        int taken = 0;
        for (int i = 0; i < 100_000 && now < 5 * SECOND; i++) {
            if (budget.tryTake(now) == 0) {
                taken++;
            } else {
                now += SECOND / 10_000;
            }
        }

        assertThat(taken).isBetween((int) (5 * perSecond), (int) (5.05 * perSecond) + 1);
    }

    @Test
    void turnsThatNobodyTookAreGone() {
        RateBudget budget = new RateBudget(1, 0);

        assertThat(budget.tryTake(3_600 * SECOND)).isZero();
        assertThat(budget.tryTake(3_600 * SECOND)).isEqualTo(SECOND);
    }

    /** As many as can then be taken, and no more. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 20, 100, 1_000})
    void theTurnsThatCouldBeTakenAreKnown(double perSecond) {
        Random random = new Random(1);
        RateBudget budget = new RateBudget(perSecond, 0);
        for (long now = 0; now < 50 * SECOND; now += SECOND / 7) {
            long turns = budget.turns(now);
            for (; turns > 0 && random.nextInt(20) > 0; turns--) {
                assertThat(budget.tryTake(now)).isZero();
                assertThat(budget.turns(now)).isEqualTo(turns - 1);
            }
            if (turns == 0) {
                assertThat(budget.tryTake(now)).isPositive();
            }
        }
    }

    @Test
    void zeroIsNoLimit() {
        RateBudget budget = new RateBudget(0, 0);

        for (int i = 0; i < 1_000; i++) {
            assertThat(budget.tryTake(0)).isZero();
            assertThat(budget.take(0)).isZero();
            assertThat(budget.turns(0)).isEqualTo(Long.MAX_VALUE);
        }
    }
}
