package dev.messplus.replay.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ArrivalTimesTest {

    private static final int SECONDS = 10_000;

    @Test
    void aConstantRateIsPoisson() {
        int[] perSecond = arrivals(RateCurve.constant(5));
        double mean = mean(perSecond, 0, SECONDS);
        double variance = 0;
        for (int arrived : perSecond) {
            variance += (arrived - mean) * (arrived - mean) / SECONDS;
        }

        // The standard deviation of the mean is .022, of the variance .074.
        assertThat(mean).isCloseTo(5, within(.1));
        assertThat(variance).isCloseTo(5, within(.4));
    }

    @Test
    void burstsComeAtTheEndOfEachPeriod() {
        int[] perSecond = arrivals(RateCurve.bursts(2, 20, 100, 10));
        double calm = 0;
        double bursts = 0;
        for (int period = 0; period < SECONDS; period += 100) {
            calm += mean(perSecond, period, period + 90) / 100;
            bursts += mean(perSecond, period + 90, period + 100) / 100;
        }

        assertThat(calm).isCloseTo(2, within(.1));
        assertThat(bursts).isCloseTo(20, within(1.));
    }

    @Test
    void aDayRisesTenfold() {
        RateCurve day = RateCurve.day(3, 30, SECONDS);
        int[] perSecond = arrivals(day);

        assertThat(day.requestsPerSecond(0)).isCloseTo(3, within(1e-9));
        assertThat(day.requestsPerSecond(SECONDS / 2.)).isCloseTo(30, within(1e-9));
        assertThat(mean(perSecond, 0, SECONDS)).isCloseTo(16.5, within(.3));
        assertThat(mean(perSecond, 4_500, 5_500)).isGreaterThan(28);
    }

    @Test
    void aShorterDayHasTheSameRates() {
        RateCurve day = RateCurve.day(3, 30, SECONDS);
        RateCurve shorter = day.inTimes(.1);

        assertThat(shorter.requestsPerSecond(SECONDS / 20.)).isCloseTo(30, within(1e-9));
        assertThat(shorter.requestsPerSecond(SECONDS / 10.)).isCloseTo(3, within(1e-9));
        assertThat(shorter.mean()).isEqualTo(day.mean()).isEqualTo(16.5);
        assertThat(RateCurve.bursts(2, 20, 100, 10).mean()).isCloseTo(3.8, within(1e-9));
        assertThat(RateCurve.constant(5).mean()).isEqualTo(5);
    }

    private static int[] arrivals(RateCurve curve) {
        ArrivalTimes times = new ArrivalTimes(curve, 1);
        int[] perSecond = new int[SECONDS];
        for (double at = times.next(); at < SECONDS; at = times.next()) {
            perSecond[(int) at]++;
        }
        return perSecond;
    }

    private static double mean(int[] perSecond, int from, int to) {
        double sum = 0;
        for (int second = from; second < to; second++) {
            sum += perSecond[second];
        }
        return sum / (to - from);
    }
}
