package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyConfig.Metering;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyConfigTest {

    private static final Metering METERING = Metering.inFlight(50);

    @Test
    void namesTheFieldThatItRefuses() {
        assertThatThrownBy(() -> new EnergyConfig.Tokens(-1, 0))
                .hasMessage("joulesPerPromptToken: must be at least 0 and finite, was -1.0");
        assertThatThrownBy(() -> new EnergyConfig.Tokens(1, Double.NaN))
                .hasMessage("joulesPerCompletionToken: must be at least 0 and finite, was NaN");
        assertThatThrownBy(() -> new EnergyConfig.Constant(Double.POSITIVE_INFINITY))
                .hasMessage("joulesPerRequest: must be at least 0 and finite, was Infinity");
        assertThatThrownBy(() -> new EnergyConfig.Response("/e", null, 0, false))
                .hasMessage("joulesPerUnit: must be above 0 and finite, was 0.0");
        assertThatThrownBy(() -> new EnergyConfig.Response("usage.e", null, 1, false))
                .hasMessage(
                        "pointer: must be a JSON pointer like /usage/energy_joules, was usage.e");
        assertThatThrownBy(() -> new EnergyConfig.Nvml("lib", List.of(), METERING))
                .hasMessage("gpus: must name at least one GPU");
        assertThatThrownBy(() -> Metering.inFlight(0))
                .hasMessage("samplePeriodMillis: must be at least 1, was 0");
        assertThatThrownBy(() -> new Metering(50, Attribution.TOKENS, 1.5, null))
                .hasMessage("promptTokenWeight: must be between 0 and 1, was 1.5");
    }

    @Test
    void refusesPagesThatAreNotHttpOrHaveAUser() {
        assertThatThrownBy(() -> new EnergyConfig.Dcgm("gpu1:9400", List.of("0"), METERING))
                .hasMessage("url: must be like http://host:port/metrics, was 'gpu1:9400'");
        assertThatThrownBy(
                        () ->
                                new EnergyConfig.Dcgm(
                                        "http://me:secret@gpu1/m", List.of("0"), METERING))
                .hasMessage("url: must not contain a user or a password");
        assertThatThrownBy(() -> new EnergyConfig.Dcgm(null, List.of("0"), METERING))
                .hasMessage("url: must be given");
        assertThat(new EnergyConfig.Dcgm("http://g:9400/metrics", List.of("0"), METERING).label())
                .isEqualTo("dcgm");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://me:secret@host/metrics",
                "http://me:secret@host:94 00/metrics",
                "http://me:secret@my_host:9400/metrics",
                "me:secret@host:9400/metrics"
            })
    void quotesNoPasswordOfAnInvalidUrl(String url) {
        assertThatThrownBy(() -> new EnergyConfig.Dcgm(url, List.of("0"), METERING))
                .satisfies(
                        failure -> {
                            StringWriter log = new StringWriter();
                            failure.printStackTrace(new PrintWriter(log));
                            assertThat(log.toString()).doesNotContain("secret");
                        });
    }

    @ParameterizedTest
    @CsvSource({"1, 2000", "500, 2000", "501, 2004", "30000, 120000"})
    void aDeviceIsLostAfterTwoSecondsOrFourPeriods(long periodMillis, long patienceMillis) {
        assertThat(Metering.inFlight(periodMillis).patienceNanos())
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(patienceMillis));
    }
}
