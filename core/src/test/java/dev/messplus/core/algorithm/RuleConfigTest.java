package dev.messplus.core.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.LabelSource;
import dev.messplus.core.Rule;
import dev.messplus.core.paper.PaperRule;
import dev.messplus.core.stream.StreamRule;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleConfigTest {

    static Stream<Arguments> amounts() {
        return Stream.of(
                amount("v", v -> new PaperRule.Config(v, 0, 0.1)),
                amount("explorationRate", c -> new PaperRule.Config(0, c, 0.1)),
                amount("credit", credit -> new StreamRule.Config(credit, 1, 0.1)),
                amount("marginSigmas", sigmas -> new StreamRule.Config(1, sigmas, 0.1)),
                amount("explorationBudget", budget -> new StreamRule.Config(1, 1, budget)));
    }

    private static Arguments amount(String name, DoubleFunction<Rule> config) {
        return Arguments.of(name, config);
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
        assertThatThrownBy(() -> new StreamRule.Config(Double.NaN, 1, 0.1))
                .hasMessage("credit: must be finite and at least 0, was NaN");
        assertThatThrownBy(() -> new PaperRule.Config(Double.NaN, 3, 0.1))
                .hasMessage("v: must be finite and at least 0, was NaN");
        assertThatThrownBy(() -> new PaperRule.Config(0.1, 3, 0))
                .hasMessage("learningRate: must be finite and above 0, was 0.0");
    }

    @Test
    void hasThePostersValuesByDefault() {
        assertThat(PaperRule.Config.ofDefaults().v()).isEqualTo(0.1);
        assertThat(PaperRule.Config.ofDefaults().explorationRate()).isEqualTo(3);
    }

    @Test
    void spendsOnSecondAnswersByWhatTheirLabelsAreWorth() {
        var defaults = StreamRule.Config.ofDefaults();
        assertThat(defaults.explorationBudget(LabelSource.scorer())).isEqualTo(0.1);
        assertThat(defaults.explorationBudget(LabelSource.audit(1))).isEqualTo(0.005);
        assertThat(defaults.explorationBudget(LabelSource.audit(0.2)))
                .isCloseTo(0.001, within(1e-12));
        // Of answers half of which are good .35 are rated.
        assertThat(defaults.explorationBudget(LabelSource.users(0.5, 0.2)))
                .isCloseTo(0.00175, within(1e-12));
        assertThat(new StreamRule.Config(1, 1, 0).explorationBudget(LabelSource.scorer())).isZero();
    }
}
