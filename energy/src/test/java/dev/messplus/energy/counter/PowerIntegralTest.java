package dev.messplus.energy.counter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PowerIntegralTest {

    private static final long SECOND = 1_000_000_000;

    private final PowerIntegral page = new PowerIntegral(2 * SECOND, Long.MAX_VALUE);

    @Test
    void movesWhenTheReadingChangesWhateverItIsReadMeanwhile() {
        for (int second = 0; second < 30; second++) {
            assertThat(page.add(100, second * SECOND)).isZero();
        }
        assertThat(page.add(200, 30 * SECOND)).isEqualTo(30 * 150_000_000L);
        assertThat(page.steadyNanos()).isZero();
        assertThat(page.add(200, 31 * SECOND)).isEqualTo(30 * 150_000_000L);
        assertThat(page.steadyNanos()).isEqualTo(SECOND);
    }

    @Test
    void aSteadyReadingOfALiveSensorCounts() {
        PowerIntegral live = new PowerIntegral(2 * SECOND, SECOND);
        assertThat(live.add(100, 0)).isZero();
        assertThat(live.add(100, SECOND / 2)).isZero();
        assertThat(live.add(100, SECOND)).isEqualTo(100_000_000);
        assertThat(live.movedVariance()).isZero();
    }

    @Test
    void whatWasUsedInAGapIsLeftOut() {
        page.add(100, 0);
        page.add(101, SECOND);
        long before = page.microjoules();
        assertThat(page.add(500, 4 * SECOND)).isEqualTo(before);
        assertThat(page.add(100, 5 * SECOND)).isEqualTo(before + 300_000_000);
    }

    /** From 100 to 300 W in 2 s: the trapezoid is right to (2 s x 200 W / 2) squared. */
    @Test
    void isAsUnsureAsItsSamplesDiffer() {
        page.add(100, 0);
        page.add(300, 2 * SECOND);
        assertThat(page.movedVariance()).isEqualTo(200.0 * 200.0);
    }

    /** A power whose samples have nothing to do with each other, sampled every 2 s. */
    @Test
    void theVarianceIsThatOfSamplesOfAnotherPowerEachTime() {
        Random random = new Random(1);
        double[] off =
                IntStream.range(0, 2_000)
                        .mapToDouble(
                                i -> {
                                    long before = page.microjoules();
                                    double watts = 300 + 100 * random.nextGaussian();
                                    long moved = page.add(watts, 2L * i * SECOND) - before;
                                    double error = moved / 1e6 - 2 * 300;
                                    return i < 20 ? 0 : error * error - page.movedVariance();
                                })
                        .toArray();
        // (2 s x 100 W) squared / 2.
        double mean = IntStream.range(20, off.length).mapToDouble(i -> off[i]).average().orElse(0);
        assertThat(mean).isCloseTo(0, within(0.15 * 20_000));
    }
}
