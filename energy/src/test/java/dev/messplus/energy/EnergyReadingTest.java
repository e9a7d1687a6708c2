package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnergyReadingTest {

    @Test
    void isKnownUnlessItsJoulesAreNaN() {
        assertThat(new EnergyReading(0, "nvml").known()).isTrue();
        assertThat(new EnergyReading(Double.NaN, "nvml").known()).isFalse();
    }

    @Test
    void anAssumptionIsMarkedAsAnEstimate() {
        assertThat(new EnergyReading(Double.NaN, "nvml").assuming(4))
                .isEqualTo(new EnergyReading(4, "running estimate without nvml (estimated)"));
        assertThat(new EnergyReading(Double.NaN, "tokens (estimated)").assuming(4).source())
                .isEqualTo("running estimate without tokens (estimated)");
    }
}
