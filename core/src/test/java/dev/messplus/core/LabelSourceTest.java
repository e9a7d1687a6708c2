package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSourceTest {

    private static final Offset<Double> CLOSE = within(1e-9);

    @Property
    void isRightOnAverageForEveryScoreAndEveryForecast(
            @ForAll @DoubleRange(min = 0.01, max = 1) double good,
            @ForAll @DoubleRange(min = 0.01, max = 1) double bad,
            @ForAll @DoubleRange(max = 1) double score,
            @ForAll @DoubleRange(max = 1) double forecast) {
        LabelSource source = LabelSource.users(good, bad);
        double rated = bad + score * (good - bad);
        double mean =
                rated * source.rated(score, forecast) + (1 - rated) * source.unrated(forecast);
        assertThat(mean).isCloseTo(score, CLOSE);
    }

    @Property
    void hasTheVarianceItClaimsAndNoOtherValueOfSilenceHasLess(
            @ForAll @DoubleRange(min = 0.01, max = 1) double good,
            @ForAll @DoubleRange(min = 0.01, max = 1) double bad,
            @ForAll @DoubleRange(min = 0.02, max = 0.98) double f,
            @ForAll @DoubleRange(max = 1) double other) {
        LabelSource source = LabelSource.users(good, bad);
        double variance = varianceAround(f, good, bad, source.unrated(f));
        assertThat(source.variance(f)).isCloseTo(variance, within(1e-9 * (1 + variance)));
        assertThat(varianceAround(f, good, bad, other)).isGreaterThan(variance - 1e-9);
    }

    /** By enumeration: good or bad, rated or not, where silence counts as u. */
    private static double varianceAround(double f, double good, double bad, double u) {
        double ratedGood = (1 - (1 - good) * u) / good;
        double ratedBad = (0 - (1 - bad) * u) / bad;
        return f * good * square(ratedGood - f)
                + f * (1 - good) * square(u - f)
                + (1 - f) * bad * square(ratedBad - f)
                + (1 - f) * (1 - bad) * square(u - f);
    }

    private static double square(double x) {
        return x * x;
    }

    @Property
    void neverLeavesItsRange(
            @ForAll @DoubleRange(max = 1) double good,
            @ForAll @DoubleRange(min = 0.01, max = 1) double bad,
            @ForAll @DoubleRange(max = 1) double score,
            @ForAll @DoubleRange(max = 1) double forecast) {
        for (LabelSource source :
                new LabelSource[] {LabelSource.users(good, bad), LabelSource.users(bad, good)}) {
            double f = LabelSource.clamped(forecast);
            double least = f - source.mostBelowForecast() - 1e-9;
            double most = f + source.mostAboveForecast() + 1e-9;
            assertThat(source.rated(score, f)).isBetween(least, most);
            assertThat(source.unrated(f)).isBetween(least, most);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,   0.4, 0.7, 1", // only the unhappy rate: silence is content
        "0.4, 0,   0.7, 0",
        "1,   0.4, 0.7, 0", // every happy user rates
        "0.4, 1,   0.7, 1",
        "0.3, 0.3, 0.7, 0.7", // silence says nothing
        "1,   1,   0.7, 0.7",
        // .7 x .5 x .05 = .0175, .3 x .95 x .5 = .1425
        "0.5, 0.05, 0.7, 0.109375",
        "0.5, 0.25, 0.75, 0.5", // .75 x .5 x .25 = .25 x .75 x .5
    })
    void tellsWhatSilenceMeans(double good, double bad, double forecast, double expected) {
        assertThat(LabelSource.users(good, bad).unrated(forecast)).isCloseTo(expected, CLOSE);
    }

    @Test
    void countsARatingForThoseWhoDidNotRate() {
        LabelSource unhappy = LabelSource.users(0, 0.25);
        assertThat(unhappy.rated(0, 0.7)).isCloseTo(-3, CLOSE);
        // Never rated, as declared; so its label is all there is.
        assertThat(unhappy.rated(1, 0.7)).isEqualTo(1);
        // .7 + (s - .7) / .2
        assertThat(LabelSource.audit(0.2).rated(1, 0.7)).isCloseTo(2.2, CLOSE);
        assertThat(LabelSource.audit(0.2).rated(0, 0.7)).isCloseTo(-2.8, CLOSE);
        assertThat(LabelSource.scorer().rated(0.4, 0.7)).isCloseTo(0.4, CLOSE);
    }

    @ParameterizedTest
    @CsvSource({
        "1,    1,    0.7, 100",
        "0.2,  0.2,  0.7, 100", // .8^62 = 1e-6
        "0.01, 0.01, 0.7, 1375", // .99^1375 = 1e-6
        "0,    0.02, 0.7, 2296", // .7 x 0 + .3 x .02 = .006; .994^2296 = 1e-6
    })
    void isSilentAfterMoreThanChance(double good, double bad, double alpha, long expected) {
        assertThat(LabelSource.users(good, bad).longestSilence(alpha)).isEqualTo(expected);
    }

    @Test
    void isNeverSilentWhereNoAnswerOfThePromiseIsRated() {
        assertThat(LabelSource.users(0, 0.5).longestSilence(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void refusesSharesThatMakeNoSense() {
        assertThatThrownBy(() -> LabelSource.audit(0))
                .hasMessage("share: must be above 0 and at most 1, was 0.0");
        assertThatThrownBy(() -> LabelSource.audit(Double.NaN))
                .hasMessage("share: must be above 0 and at most 1, was NaN");
        assertThatThrownBy(() -> LabelSource.users(0, 0))
                .hasMessage("ratedGood: must be above 0 where ratedBad is 0, was 0.0");
        assertThatThrownBy(() -> LabelSource.users(0.5, 1.2))
                .hasMessage("ratedBad: must be between 0 and 1, was 1.2");
        assertThatThrownBy(() -> new LabelSource(LabelSource.Kind.AUDIT, "", 0.5, 0.2, false))
                .hasMessage("ratedBad: must be ratedGood (0.5) unless users rate, was 0.2");
    }
}
