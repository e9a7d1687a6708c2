package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EnergyConfigTest {

    @Test
    void refusesFiguresThatMakeNoSenseByName() {
        assertThatThrownBy(() -> EnergyConfig.cpuTime(0))
                .hasMessage("wattsPerCore: must be above 0, was 0.0");
        assertThatThrownBy(() -> EnergyConfig.tokens(-1, 0))
                .hasMessage("joulesPerPromptToken: must be at least 0, was -1.0");
        assertThatThrownBy(() -> EnergyConfig.tokens(1, Double.NaN))
                .hasMessage("joulesPerCompletionToken: must be at least 0, was NaN");
        assertThatThrownBy(() -> EnergyConfig.constant(Double.POSITIVE_INFINITY))
                .hasMessage("joulesPerRequest: must be at least 0, was Infinity");
        assertThatThrownBy(() -> EnergyConfig.cpuTime(5).withPriorJoules(-2))
                .hasMessage("priorJoules: must be at least 0, was -2.0");
        assertThatThrownBy(() -> new EnergyConfig(null, 1, 1, 1, 1, 1))
                .hasMessage("source: must be given");
    }

    @Test
    void figuresOfOtherSourcesDoNotCount() {
        double none = Double.NaN;

        assertThat(new EnergyConfig(EnergySource.CONSTANT, none, none, none, 3, none).source())
                .isEqualTo(EnergySource.CONSTANT);
    }

    @Test
    void aConstantIsItsOwnPrior() {
        assertThat(EnergyConfig.constant(3).priorJoules()).isEqualTo(3);
        assertThat(EnergyConfig.cpuTime(3).priorJoules()).isNaN();
    }
}
