package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.messplus.energy.EnergyConfig.Devices;
import dev.messplus.energy.EnergyConfig.Metered;
import dev.messplus.energy.EnergyConfig.Metering;
import dev.messplus.energy.source.ConstantPrice;
import dev.messplus.energy.source.DcgmGpus;
import dev.messplus.energy.source.NvmlGpus;
import dev.messplus.energy.source.RaplPackages;
import dev.messplus.energy.source.ResponseFigure;
import dev.messplus.energy.source.TokenPrices;
import dev.messplus.http.Access;
import dev.messplus.http.TrustStore;
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
        assertThatThrownBy(() -> new TokenPrices(-1, 0))
                .hasMessage("joulesPerPromptToken: must be at least 0 and finite, was -1.0");
        assertThatThrownBy(() -> new TokenPrices(1, Double.NaN))
                .hasMessage("joulesPerCompletionToken: must be at least 0 and finite, was NaN");
        assertThatThrownBy(() -> new ConstantPrice(Double.POSITIVE_INFINITY))
                .hasMessage("joulesPerRequest: must be at least 0 and finite, was Infinity");
        assertThatThrownBy(() -> new ResponseFigure("/e", null, 0, false))
                .hasMessage("joulesPerUnit: must be above 0 and finite, was 0.0");
        assertThatThrownBy(() -> new ResponseFigure("usage.e", null, 1, false))
                .hasMessage(
                        "pointer: must be a JSON pointer like /usage/energy_joules, was usage.e");
        assertThatThrownBy(() -> new Devices(new NvmlGpus(List.of(), "lib"), METERING))
                .hasMessage("gpus: must name at least one GPU");
        assertThatThrownBy(() -> Metering.inFlight(0))
                .hasMessage("samplePeriodMillis: must be at least 1, was 0");
        assertThatThrownBy(() -> metering().promptTokenWeight(1.5).build())
                .hasMessage("promptTokenWeight: must be between 0 and 1, was 1.5");
        assertThatThrownBy(() -> metering().modelWeight(0).build())
                .hasMessage("modelWeight: must be above 0 and finite, was 0.0");
        assertThatThrownBy(() -> metering().settleMillis(-1).build())
                .hasMessage("settleMillis: must be at least 0, was -1");
        assertThatThrownBy(() -> new Devices(List.of()))
                .hasMessage("sources: must name at least one");
    }

    @Test
    void refusesPagesThatAreNotHttpOrHaveAUser() {
        assertThatThrownBy(() -> dcgm("gpu1:9400"))
                .hasMessage("url: must be like http://host:port/metrics, was 'gpu1:9400'");
        assertThatThrownBy(() -> dcgm("http://me:secret@gpu1/m"))
                .hasMessage("url: must not contain a user or a password");
        assertThatThrownBy(() -> dcgm(null)).hasMessage("url: must be given");
        assertThat(dcgm("http://g:9400/metrics").label()).isEqualTo("dcgm");
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
        assertThatThrownBy(() -> dcgm(url))
                .satisfies(
                        failure -> {
                            StringWriter log = new StringWriter();
                            failure.printStackTrace(new PrintWriter(log));
                            assertThat(log.toString()).doesNotContain("secret");
                        });
    }

    @Test
    void severalSourcesAreNamedTogether() {
        Metered gpu = new Metered(new NvmlGpus(List.of("0"), "lib"), METERING);
        Metered cpu = new Metered(new RaplPackages("/sys"), METERING);
        Metered here = new Metered(new DcgmGpus("http://g:9400/metrics", List.of("0")), METERING);
        Metered there = new Metered(new DcgmGpus("http://h:9400/metrics", List.of("0")), METERING);

        assertThat(new Devices(List.of(gpu, cpu)).label()).isEqualTo("nvml+rapl");
        assertThat(new Devices(List.of(gpu, cpu)).parts()).containsExactly(gpu, cpu);
        assertThat(new Devices(List.of(here, there)).label()).isEqualTo("dcgm");
    }

    @Test
    void showsNoKey() {
        Access access = new Access("reader", "s3cret", new TrustStore("/ca.p12", "hunter2"));
        EnergyConfig config =
                new Devices(
                        new DcgmGpus("http://g:9400/metrics", List.of("0")),
                        metering().access(access).tokenCountersAccess(access).build());

        assertThat(config.toString())
                .contains("reader", "/ca.p12")
                .doesNotContain("s3cret", "hunter2");
        assertThatThrownBy(() -> Access.bearer("s3cret\n", null))
                .hasMessage("apiKey: must be printable ASCII without spaces or line breaks");
    }

    @ParameterizedTest
    @CsvSource({"1, 2000", "500, 2000", "501, 2004", "30000, 120000"})
    void aDeviceIsLostAfterTwoSecondsOrFourPeriods(long periodMillis, long patienceMillis) {
        assertThat(Metering.inFlight(periodMillis).patienceNanos())
                .isEqualTo(TimeUnit.MILLISECONDS.toNanos(patienceMillis));
    }

    private static EnergyConfigMeteringBuilder metering() {
        return EnergyConfigMeteringBuilder.builder(METERING);
    }

    private static Devices dcgm(String url) {
        return new Devices(new DcgmGpus(url, List.of("0")), METERING);
    }
}
