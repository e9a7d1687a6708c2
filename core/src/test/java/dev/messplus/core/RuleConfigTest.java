package dev.messplus.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RuleConfigTest {

    @ParameterizedTest
    @CsvSource({
        // c / t^(1/3): 3/1, 3/3, 3/4, 3/10
        "3,   0,   1,    1",
        "3,   0,   27,   1",
        "3,   0,   64,   0.75",
        "3,   0,   1000, 0.3",
        // .5/1, .5/2, then .5/3 is below the floor
        "0.5, 0.2, 1,    0.5",
        "0.5, 0.2, 8,    0.25",
        "0.5, 0.2, 27,   0.2",
        "0,   0,   1,    0",
    })
    void exploresAtADecayingRateAboveAFloor(double c, double floor, long t, double expected) {
        var exploration = new ExplorationConfig(c, floor, 0, 0);
        assertThat(exploration.probability(t)).isCloseTo(expected, within(1e-12));
    }

    static Stream<Arguments> amounts() {
        return Stream.of(
                amount("v", v -> new PaperRule.Config(v, 0, 0.1)),
                amount("explorationRate", c -> new PaperRule.Config(0, c, 0.1)),
                amount("v", v -> custom().v(v).build()),
                amount("queueOffset", offset -> custom().queueOffset(offset).build()),
                amount("credit", credit -> custom().credit(credit).build()),
                amount("minPressure", least -> custom().minPressure(least).build()),
                amount("marginSigmas", sigmas -> custom().marginSigmas(sigmas).build()),
                amount("explorationRate", c -> custom().explorationRate(c).build()),
                amount("explorationBudget", share -> custom().explorationBudget(share).build()));
    }

    private static Arguments amount(String name, DoubleFunction<Rule> config) {
        return Arguments.of(name, config);
    }

    private static StreamRule.Config.Builder custom() {
        return StreamRule.Config.custom();
    }

    @ParameterizedTest
    @MethodSource("amounts")
    void refusesAmountsThatAreNegativeOrInfinite(String name, DoubleFunction<Rule> config) {
        for (double value : new double[] {-0.1, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> config.apply(value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(name + ": must be finite and at least 0, was " + value);
        }
        assertThat(config.apply(0)).isNotNull();
    }

    @Test
    void refusesAmountsThatAreNotNumbers() {
        assertThatThrownBy(() -> custom().credit(Double.NaN).build())
                .hasMessage("credit: must be finite and at least 0, was NaN");
        assertThatThrownBy(() -> new PaperRule.Config(Double.NaN, 3, 0.1))
                .hasMessage("v: must be finite and at least 0, was NaN");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> custom().explorationFloor(2).build())
                .hasMessage("explorationFloor: must be between 0 and 1, was 2.0");
        assertThatThrownBy(() -> custom().warmUpRequests(-1).build())
                .hasMessage("warmUpRequests: must be at least 0, was -1");
        assertThatThrownBy(() -> new PaperRule.Config(0.1, 3, 0))
                .hasMessage("learningRate: must be finite and above 0, was 0.0");
    }

    @Test
    void changesCopiesByName() {
        StreamRule.Config changed = custom().v(2).explorationBudget(0.2).build();
        assertThat(StreamRule.Config.from(changed).build()).isEqualTo(changed);
        assertThat(changed.exploration().budget()).isEqualTo(0.2);
        assertThat(changed.credit()).isEqualTo(StreamRule.Config.ofDefaults().credit());

        PaperRule.Config paper =
                PaperRule.Config.ofDefaults().withV(2).withExplorationRate(1).withLearningRate(0.5);
        assertThat(paper).isEqualTo(new PaperRule.Config(2, 1, 0.5));
    }

    @Test
    void hasThePostersValuesByDefault() {
        assertThat(PaperRule.Config.ofDefaults().v()).isEqualTo(0.1);
        assertThat(PaperRule.Config.ofDefaults().explorationRate()).isEqualTo(3);
    }

    @Test
    void asksWithinABudgetAndDrawsNothingOnAStreamByDefault() {
        ExplorationConfig exploration = StreamRule.Config.ofDefaults().exploration();
        assertThat(exploration.probability(1)).isZero();
        assertThat(exploration.budget()).isPositive();
    }
}
