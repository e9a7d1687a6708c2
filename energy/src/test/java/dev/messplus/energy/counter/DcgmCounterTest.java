package dev.messplus.energy.counter;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static dev.messplus.energy.counter.Pages.PATH;
import static dev.messplus.energy.counter.Pages.page;
import static dev.messplus.energy.counter.Pages.serves;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.messplus.energy.EnergyUnavailableException;
import dev.messplus.energy.Host;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DcgmCounterTest {

    private static final String ENERGY = "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION";
    private static final String POWER = "DCGM_FI_DEV_POWER_USAGE";
    private static final long SECOND = 1_000_000_000;
    private static final long PATIENCE_NANOS = 2 * SECOND;
    private static final long MAX_AGE_MILLIS = 60_000;

    private static final String TWO_GPUS =
            """
            # HELP DCGM_FI_DEV_GPU_TEMP GPU temperature (in C).
            # TYPE DCGM_FI_DEV_GPU_TEMP gauge
            DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-aa",device="nvidia0"} 41
            # HELP DCGM_FI_DEV_POWER_USAGE Power draw (in W).
            # TYPE DCGM_FI_DEV_POWER_USAGE gauge
            DCGM_FI_DEV_POWER_USAGE{gpu="0",UUID="GPU-aa",device="nvidia0"} 95.25
            DCGM_FI_DEV_POWER_USAGE{gpu="1",UUID="GPU-bb",device="nvidia1"} 61
            # HELP DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION Total energy since boot (in mJ).
            # TYPE DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION counter
            DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="0",UUID="GPU-aa",device="nvidia0"} 138249198597
            DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{gpu="1",UUID="GPU-bb",device="nvidia1"} 2.5e+03
            """;

    @RegisterExtension
    static final WireMockExtension EXPORTER =
            WireMockExtension.newInstance().options(wireMockConfig().dynamicPort()).build();

    private final AtomicLong nanos = new AtomicLong(-3 * SECOND);

    @Test
    void readsMillijoulesByIndexOrUuid() throws Exception {
        serves(EXPORTER, TWO_GPUS);

        try (DcgmCounter byIndex = open("0");
                DcgmCounter byUuid = open("GPU-aa");
                DcgmCounter other = open("1")) {
            assertThat(byIndex.microjoules()).isEqualTo(138_249_198_597_000L);
            assertThat(byUuid.microjoules()).isEqualTo(138_249_198_597_000L);
            assertThat(other.microjoules()).isEqualTo(2_500_000);
            assertThat(byIndex.integratesPower()).isFalse();
            assertThat(byIndex.rangeMicrojoules()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void indexAndUuidNameTheSameDevice() throws Exception {
        serves(EXPORTER, TWO_GPUS);

        assertThat(open("0").deviceId()).isEqualTo("GPU-aa").isEqualTo(open("GPU-aa").deviceId());
        assertThat(open("1").deviceId()).isEqualTo("GPU-bb");
    }

    @Test
    void aPciBusIdNamesAGpuWhereTheExporterShowsIt() throws Exception {
        serves(EXPORTER, bus("00000000:65:00.0", 1) + bus("00000000:B3:00.0", 2));

        for (String id : List.of("00000000:b3:00.0", "0000:B3:00.0", "b3:00.0")) {
            assertThat(open(id).microjoules()).isEqualTo(2_000);
            assertThat(open(id).deviceId()).isEqualTo("GPU-2");
        }
        assertThatUnavailable(() -> open("b4:00.0"))
                .withMessageEndingWith(
                        "GPUs that have it: 1 GPU-1 00000000:65:00.0, 2 GPU-2 00000000:B3:00.0");
    }

    private static String bus(String id, int gpu) {
        return "%1$s{gpu=\"%3$d\",UUID=\"GPU-%3$d\",pci_bus_id=\"%2$s\"} %3$d\n"
                .formatted(ENERGY, id, gpu);
    }

    /** Both counters stop; then the power of the page goes on changing. */
    @Test
    void integratesPowerWhileTheEnergyOfThePageStandsStill() throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", "5") + power("0", "100"));
        DcgmCounter counter = open("0");
        for (int second = 1; second <= 122; second++) {
            nanos.addAndGet(SECOND);
            serves(
                    EXPORTER,
                    energy("0", "GPU-aa", "5") + power("0", second % 2 == 0 ? "100" : "300"));
            var unused = counter.microjoules();
        }
        assertThat(counter.integratesPower()).isTrue();
        long before = counter.microjoules();
        nanos.addAndGet(SECOND);
        serves(EXPORTER, energy("0", "GPU-aa", "5") + power("0", "300"));
        assertThat(counter.microjoules() - before).isEqualTo(200_000_000);
    }

    @Test
    void withoutUuidTheDeviceIsIdentifiedByItsNameOnThisHost() throws Exception {
        serves(EXPORTER, ENERGY + "{gpu=\"0\"} 1\n" + ENERGY + "{gpu=\"1\"} 2\n");

        DcgmCounter counter = open("1");

        assertThat(counter.deviceId())
                .isEqualTo(Host.device("dcgm:localhost:" + EXPORTER.getPort() + "/1"));
        assertThat(counter.microjoules()).isEqualTo(2_000);
    }

    @Test
    void isNamedAfterServerAndGpu() throws Exception {
        serves(EXPORTER, TWO_GPUS);

        assertThat(open("0").name()).isEqualTo("dcgm:localhost:" + EXPORTER.getPort() + "/0");
    }

    @Test
    void passesAResetOn() throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", "5000"));
        DcgmCounter counter = open("0");

        serves(EXPORTER, energy("0", "GPU-aa", "3"));

        assertThat(counter.microjoules()).isEqualTo(3_000);
    }

    @Test
    void staysWithTheGpuThatItWasOpenedFor() throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", "1") + energy("1", "GPU-bb", "2"));
        DcgmCounter counter = open("0");

        serves(EXPORTER, energy("0", "GPU-bb", "2") + energy("1", "GPU-aa", "1"));
        assertThat(counter.microjoules()).isEqualTo(1_000);

        serves(EXPORTER, energy("0", "GPU-bb", "2"));
        assertThatUnavailable(counter::microjoules)
                .withMessageContaining("no " + ENERGY + " of GPU 0; GPUs that have it: 0 GPU-bb");
    }

    @Test
    void integratesPowerIfThereIsNoEnergy() throws Exception {
        serves(EXPORTER, power("0", "100") + energy("1", "GPU-bb", "7"));
        DcgmCounter counter = open("0");
        assertThat(counter.integratesPower()).isTrue();
        assertThat(counter.microjoules()).isZero();

        nanos.addAndGet(2 * SECOND);
        serves(EXPORTER, power("0", "200.5"));

        assertThat(counter.microjoules()).isEqualTo(300_500_000);
    }

    /** An exporter that has lost DCGM repeats its last page. */
    @Test
    void powerThatDoesNotJitterForTwoMinutesIsNotBelieved() throws Exception {
        serves(EXPORTER, power("0", "300.5"));
        DcgmCounter counter = open("0");
        for (int second = 1; second <= 120; second++) {
            nanos.addAndGet(SECOND);
            assertThat(counter.microjoules()).isZero();
        }

        nanos.addAndGet(SECOND);
        assertThatUnavailable(counter::microjoules)
                .withMessage(
                        counter.name()
                                + ": DCGM_FI_DEV_POWER_USAGE has been 300.5 W for more than 120 s, to"
                                + " the milliwatt, so the exporter seems to repeat an old page;"
                                + " restart it if this lasts");

        nanos.addAndGet(SECOND);
        serves(EXPORTER, power("0", "300.4"));
        long before = counter.microjoules();
        nanos.addAndGet(SECOND);
        serves(EXPORTER, power("0", "300.6"));
        assertThat(counter.microjoules() - before).isEqualTo(300_500_000);
    }

    @Test
    void aRareReadingIsNotTakenForARepeatedPage() throws Exception {
        serves(EXPORTER, power("0", "300.5"));
        DcgmCounter counter = DcgmCounter.open(page(EXPORTER), "0", 240 * SECOND, nanos::get);

        nanos.addAndGet(240 * SECOND);
        assertThat(counter.microjoules()).isZero();
        nanos.addAndGet(SECOND);
        serves(EXPORTER, power("0", "299.5"));
        assertThat(counter.microjoules()).isEqualTo(241 * 300_000_000L);
    }

    @Test
    void saysHowToMakeTheExporterFaster() throws Exception {
        serves(EXPORTER, TWO_GPUS);

        assertThat(open("0").slowHint())
                .contains("--collect-interval=1000", "DCGM_EXPORTER_INTERVAL=1000");
    }

    @Test
    void staysWithTheMetricThatItWasOpenedFor() throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", "5"));
        DcgmCounter counter = open("0");

        serves(EXPORTER, power("0", "100"));

        assertThatUnavailable(counter::microjoules)
                .withMessageContaining("no " + ENERGY + " of GPU 0; GPUs that have it: none");
    }

    @Test
    void underMigReadsTheRowOfTheWholeGpu() throws Exception {
        serves(
                EXPORTER,
                energy("0", "GPU-aa", "10")
                        + instance(ENERGY, "3", "12")
                        + instance(ENERGY, "4", "11"));

        assertThat(open("0").microjoules()).isEqualTo(10_000);
    }

    @Test
    void underMigReadsTheHighestRowIfThereAreOnlyInstances() throws Exception {
        serves(
                EXPORTER,
                instance(ENERGY, "3", "135188274123")
                        + instance(ENERGY, "4", "135188279787")
                        + instance(ENERGY, "5", "135188274123"));

        DcgmCounter counter = open("0");

        assertThat(counter.microjoules()).isEqualTo(135_188_279_787_000L);
        assertThat(counter.deviceId()).isEqualTo("GPU-aa");
    }

    @Test
    void underMigCountsPowerOnce() throws Exception {
        serves(EXPORTER, instance(POWER, "3", "100") + instance(POWER, "4", "100"));
        DcgmCounter counter = open("0");

        nanos.addAndGet(SECOND);
        serves(EXPORTER, instance(POWER, "3", "102") + instance(POWER, "4", "102"));

        assertThat(counter.microjoules()).isEqualTo(101_000_000);
    }

    @Test
    void countsAGpuThatPodsShareOnce() throws Exception {
        String row = ENERGY + "{gpu=\"0\",UUID=\"GPU-aa\",pod=\"%s\"} 9\n";
        serves(EXPORTER, row.formatted("a") + row.formatted("b"));

        assertThat(open("0").microjoules()).isEqualTo(9_000);
    }

    @Test
    void gpusOfOnePageShareAFetch() throws Exception {
        serves(EXPORTER, TWO_GPUS);
        PrometheusPage page = page(EXPORTER, MAX_AGE_MILLIS);

        DcgmCounter first = DcgmCounter.open(page, "0", PATIENCE_NANOS, nanos::get);
        DcgmCounter second = DcgmCounter.open(page, "1", PATIENCE_NANOS, nanos::get);

        assertThat(first.microjoules()).isEqualTo(138_249_198_597_000L);
        assertThat(second.microjoules()).isEqualTo(2_500_000);
        EXPORTER.verify(1, getRequestedFor(urlEqualTo(PATH)));
    }

    @Test
    void listsTheGpusForOneThatIsMissing() {
        serves(EXPORTER, TWO_GPUS);

        assertThatUnavailable(() -> open("2"))
                .withMessage(
                        Pages.url(EXPORTER)
                                + ": has no energy or power of GPU 2; GPUs that have it: 0 GPU-aa,"
                                + " 1 GPU-bb");
    }

    @Test
    void saysHowToExportTheMetricsIfBothAreMissing() {
        serves(EXPORTER, "DCGM_FI_DEV_GPU_TEMP{gpu=\"0\",UUID=\"GPU-aa\"} 41\n");

        assertThatUnavailable(() -> open("0"))
                .withMessageContainingAll(Pages.url(EXPORTER).toString(), ENERGY, POWER, "CSV");
    }

    @Test
    void refusesAnIndexThatSeveralGpusHave() throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", "1") + energy("0", "GPU-cc", "2"));

        assertThatUnavailable(() -> open("0"))
                .withMessageContaining("several GPUs with index 0")
                .withMessageContaining("GPU-aa, GPU-cc");
        assertThat(open("GPU-cc").microjoules()).isEqualTo(2_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "-1", "9223372036854775794", "1e16"})
    void refusesInvalidEnergy(String value) throws Exception {
        serves(EXPORTER, energy("0", "GPU-aa", value));
        assertThatUnavailable(() -> open("0")).withMessageContaining(ENERGY + " is ");

        serves(EXPORTER, energy("0", "GPU-aa", "1"));
        DcgmCounter counter = open("0");
        serves(EXPORTER, energy("0", "GPU-aa", value));
        assertThatUnavailable(counter::microjoules).withMessageContaining("not a valid reading");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "-0.5", "140737488355328", "140737488355330"})
    void refusesInvalidPower(String value) {
        serves(EXPORTER, power("0", value));

        assertThatUnavailable(() -> open("0")).withMessageContaining(POWER + " is ");
    }

    @Test
    void recoversFromAFailedReading() throws Exception {
        serves(EXPORTER, TWO_GPUS);
        DcgmCounter counter = open("1");

        EXPORTER.stubFor(get(PATH).willReturn(serverError()));
        assertThatUnavailable(counter::microjoules).withMessageContaining("500");

        serves(EXPORTER, TWO_GPUS);
        assertThat(counter.microjoules()).isEqualTo(2_500_000);
    }

    @Test
    void refusesAnEmptyGpu() {
        serves(EXPORTER, ENERGY + " 1\n");

        assertThatIllegalArgumentException().isThrownBy(() -> open(" "));
    }

    private DcgmCounter open(String gpu) throws EnergyUnavailableException {
        return DcgmCounter.open(page(EXPORTER), gpu, PATIENCE_NANOS, nanos::get);
    }

    private static String energy(String gpu, String uuid, String millijoules) {
        return "%s{gpu=\"%s\",UUID=\"%s\",GPU_I_ID=\"\"} %s\n"
                .formatted(ENERGY, gpu, uuid, millijoules);
    }

    private static String power(String gpu, String watts) {
        return "%s{gpu=\"%s\",UUID=\"GPU-aa\"} %s\n".formatted(POWER, gpu, watts);
    }

    private static String instance(String metric, String id, String value) {
        return "%s{gpu=\"0\",UUID=\"GPU-aa\",GPU_I_PROFILE=\"1g.6gb\",GPU_I_ID=\"%s\"} %s\n"
                .formatted(metric, id, value);
    }

    private static ThrowableAssertAlternative<EnergyUnavailableException> assertThatUnavailable(
            ThrowingCallable what) {
        return assertThatExceptionOfType(EnergyUnavailableException.class).isThrownBy(what);
    }
}
