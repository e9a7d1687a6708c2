package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyConfig.Metering;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnergyConfigTest {

    private static final Metering METERING = Metering.inFlight(50);

    @Test
    void refusesFiguresThatMakeNoSenseByName() {
        assertThatThrownBy(() -> new EnergyConfig.Tokens(-1, 0))
                .hasMessage("joulesPerPromptToken: must be at least 0, was -1.0");
        assertThatThrownBy(() -> new EnergyConfig.Tokens(1, Double.NaN))
                .hasMessage("joulesPerCompletionToken: must be at least 0, was NaN");
        assertThatThrownBy(() -> new EnergyConfig.Constant(Double.POSITIVE_INFINITY))
                .hasMessage("joulesPerRequest: must be at least 0, was Infinity");
        assertThatThrownBy(() -> new EnergyConfig.Response("/e", null, 0, false))
                .hasMessage("joulesPerUnit: must be above 0, was 0.0");
        assertThatThrownBy(() -> new EnergyConfig.Response("usage.e", null, 1, false))
                .hasMessage(
                        "pointer: must be a JSON pointer like /usage/energy_joules, was usage.e");
        assertThatThrownBy(() -> new EnergyConfig.Nvml("lib", List.of(), METERING))
                .hasMessage("gpus: must name at least one");
        assertThatThrownBy(() -> Metering.inFlight(0))
                .hasMessage("samplePeriodMillis: must be at least 1, was 0");
        assertThatThrownBy(() -> new Metering(50, Attribution.TOKENS, 1.5, null))
                .hasMessage("promptTokenWeight: must be between 0 and 1, was 1.5");
    }

    @Test
    void pagesAreHttpAndCarryNoPassword() {
        assertThatThrownBy(() -> new EnergyConfig.Dcgm("gpu1:9400", List.of("0"), METERING))
                .hasMessage("url: must be like http://host:port/metrics, was 'gpu1:9400'");
        assertThatThrownBy(
                        () ->
                                new EnergyConfig.Dcgm(
                                        "http://me:secret@gpu1/m", List.of("0"), METERING))
                .hasMessage("url: must be given, and have no user")
                .hasMessageNotContaining("secret");
        assertThat(new EnergyConfig.Dcgm("http://g:9400/metrics", List.of("0"), METERING).label())
                .isEqualTo("dcgm");
    }
}
