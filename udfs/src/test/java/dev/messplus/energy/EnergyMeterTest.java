package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EnergyMeterTest {

    private static final Usage USAGE = new Usage(100, 20, 1_500);

    @Test
    void cpuTimeIsMillisecondsTimesWatts() {
        EnergyReading reading = EnergyMeter.of(EnergyConfig.cpuTime(8)).read(USAGE);

        assertThat(reading.joules()).isEqualTo(12);
        assertThat(reading.source()).isEqualTo("cpu_time (estimated)");
    }

    @Test
    void tokensHaveAPriceEach() {
        EnergyReading reading = EnergyMeter.of(EnergyConfig.tokens(0.01, 0.5)).read(USAGE);

        assertThat(reading.joules()).isEqualTo(11);
        assertThat(reading.source()).isEqualTo("tokens (estimated)");
    }

    @Test
    void constantNeedsNoUsage() {
        EnergyReading reading = EnergyMeter.of(EnergyConfig.constant(7)).read(Usage.UNKNOWN);

        assertThat(reading.joules()).isEqualTo(7);
        assertThat(reading.source()).isEqualTo("constant (estimated)");
    }

    @Test
    void whatIsNotReportedIsUnknownAndNotFree() {
        EnergyMeter cpuTime = EnergyMeter.of(EnergyConfig.cpuTime(8));
        EnergyMeter tokens = EnergyMeter.of(EnergyConfig.tokens(0.01, 0.5));

        assertThat(cpuTime.read(Usage.UNKNOWN).known()).isFalse();
        assertThat(tokens.read(Usage.UNKNOWN).known()).isFalse();
        assertThat(tokens.read(new Usage(1, null, 1)).known()).isFalse();
        assertThat(tokens.read(new Usage(null, 1, 1)).known()).isFalse();
    }

    @Test
    void senselessFiguresAreUnknown() {
        EnergyMeter cpuTime = EnergyMeter.of(EnergyConfig.cpuTime(8));

        assertThat(cpuTime.read(new Usage(1, 1, -1)).joules()).isNaN();
        assertThat(cpuTime.read(new Usage(1, 1, Double.MAX_VALUE)).joules()).isNaN();
    }
}
