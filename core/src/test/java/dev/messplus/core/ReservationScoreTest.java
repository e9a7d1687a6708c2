package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationScoreTest {

    @ParameterizedTest
    @CsvSource({
        // c >= mu: the mean less the cost.
        "0.7, 0.6, 1.0, 1.0, -0.1",
        "0.6, 0.6, 0.5, 1.0, 0.0",
        // 0 or 1: mu (1 - z) = c.
        "0.1, 0.5, 1.0, 1.0, 0.8",
        "0.3, 0.6, 1.0, 1.0, 0.5",
        // As forecast, without any doubt: mu - z = c.
        "0.2, 0.6, 0.0, 1.0, 0.4",
        // Half and half, below the mean: .3 (1 - .5) + .5 (.6 - .5) = .2.
        "0.2, 0.6, 0.5, 1.0, 0.5",
        // Above it: .3 (1 - .8) = .06.
        "0.06, 0.6, 0.5, 1.0, 0.8",
        // A free answer is worth asking for beside any but a perfect one.
        "0.0, 0.6, 0.5, 1.0, 1.0",
        "0.0, 0.6, 0.0, 1.0, 0.6",
        // Of what a judge says half is true, so .8 or .3: .6 (.8 - .7) = .06.
        "0.06, 0.6, 1.0, 0.5, 0.7",
        // Also half as forecast: .3 (.8 - .5) + .5 (.6 - .5) = .14.
        "0.14, 0.6, 0.5, 0.5, 0.5",
        // What costs more than it could add to the worst is worth its mean less its cost.
        "0.4, 0.6, 0.5, 0.5, 0.2",
        // So is all that is said of nothing.
        "0.1, 0.6, 1.0, 0.0, 0.5",
        "0.0, 0.6, 1.0, 0.0, 0.6",
    })
    void isTheScoreBesideWhichAnAnswerIsJustWorthItsCost(
            double cost, double mean, double spread, double slope, double z) {
        assertThat(ReservationScore.of(cost, mean, spread, slope)).isCloseTo(z, within(1e-12));
    }

    @Property
    void whatAnAnswerAddsToItIsItsCost(
            @ForAll @DoubleRange(min = 0, max = 1.5) double cost,
            @ForAll @DoubleRange(min = 0, max = 1) double mean,
            @ForAll @DoubleRange(min = 0, max = 1) double spread,
            @ForAll @DoubleRange(min = 0, max = 1) double slope) {
        double z = ReservationScore.of(cost, mean, spread, slope);
        double adds =
                spread * mean * Math.max(0, mean + slope * (1 - mean) - z)
                        + spread * (1 - mean) * Math.max(0, mean - slope * mean - z)
                        + (1 - spread) * Math.max(0, mean - z);
        assertThat(adds).isCloseTo(cost, within(1e-9));
        assertThat(z).isBetween(mean - cost - 1e-12, 1.0);
    }
}
