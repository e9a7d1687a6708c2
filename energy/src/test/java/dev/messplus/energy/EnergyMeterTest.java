package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Meters that go by what a model server states. */
class EnergyMeterTest {

    private static final Usage USAGE = new Usage(100, 20, 1_500, null);

    @Test
    void tokensHaveAPriceEach() throws Exception {
        EnergyReading reading = read(new EnergyConfig.Tokens(0.01, 0.5), USAGE);

        assertThat(reading.joules()).isEqualTo(11);
        assertThat(reading.source()).isEqualTo("tokens (estimated)");
    }

    @Test
    void constantNeedsNoUsage() throws Exception {
        EnergyReading reading = read(new EnergyConfig.Constant(7), Usage.UNKNOWN);

        assertThat(reading.joules()).isEqualTo(7);
        assertThat(reading.source()).isEqualTo("constant (estimated)");
    }

    @Test
    void aStatedFigureIsInUnitsOfTheConfiguration() throws Exception {
        // 8 W x 1.5 s of CPU time
        EnergyReading reading =
                read(new EnergyConfig.Response("/usage/cpu_ms", null, 0.008, true), USAGE);

        assertThat(reading.joules()).isEqualTo(12);
        assertThat(reading.source()).isEqualTo("response (estimated)");
    }

    @Test
    void theServerSaysHowItCameByItsFigure() throws Exception {
        EnergyConfig config = new EnergyConfig.Response("/e", "/s", 1, false);

        assertThat(read(config, new Usage(1, 1, 3, "rapl")).source()).isEqualTo("response: rapl");
        assertThat(read(config, new Usage(1, 1, 3, "cpu_time (estimated)")).source())
                .isEqualTo("response: cpu_time (estimated)");
        assertThat(read(config, new Usage(1, 1, 3, null)).source()).isEqualTo("response");
        assertThat(read(config, new Usage(1, 1, 3, "a\n\u0000b" + "x".repeat(500))).source())
                .startsWith("response: a b")
                .hasSizeLessThan(100);
        EnergyConfig estimated = new EnergyConfig.Response("/e", "/s", 1, true);
        assertThat(read(estimated, new Usage(1, 1, 3, "x (estimated)")).source())
                .isEqualTo("response: x (estimated)");
    }

    @Test
    void oneMeterTellsSourcesApartFromAnswerToAnswer() throws Exception {
        try (EnergyMeter meter = open(new EnergyConfig.Response("/e", "/s", 1, false))) {
            assertThat(meter.begin().answered(new Usage(1, 1, 3, "a")).source()).endsWith("a");
            assertThat(meter.begin().answered(new Usage(1, 1, 3, "b")).source()).endsWith("b");
            assertThat(meter.begin().answered(new Usage(1, 1, 3, null)).source())
                    .isEqualTo("response");
        }
    }

    @Test
    void whatIsNotReportedIsUnknownAndNotFree() throws Exception {
        EnergyConfig tokens = new EnergyConfig.Tokens(0.01, 0.5);
        EnergyConfig stated = new EnergyConfig.Response("/e", null, 1, false);

        assertThat(read(tokens, Usage.UNKNOWN).known()).isFalse();
        assertThat(read(tokens, Usage.tokens(1, null)).known()).isFalse();
        assertThat(read(tokens, Usage.tokens(null, 1)).known()).isFalse();
        assertThat(read(stated, Usage.tokens(1, 1)).known()).isFalse();
    }

    @Test
    void senselessFiguresAreUnknown() throws Exception {
        EnergyConfig stated = new EnergyConfig.Response("/e", null, 2, false);

        assertThat(read(stated, new Usage(1, 1, -1, null)).joules()).isNaN();
        assertThat(read(stated, new Usage(1, 1, Double.MAX_VALUE, null)).joules()).isNaN();
    }

    @Test
    void aFigureThatNoAnswerCanHaveTakenIsUnknown() {
        var nanos = new AtomicLong();
        var meter = StatedMeter.of(new EnergyConfig.Response("/e", null, 1, false), nanos::get);
        EnergyMeter.Span call = meter.begin();
        nanos.addAndGet(2_000_000_000);

        // A difference of 64 bits that has wrapped around; then a joule more and less than 2.01 s
        // of 200 kW.
        assertThat(call.answered(new Usage(1, 1, 0x1p64, null)).known()).isFalse();
        assertThat(call.answered(new Usage(1, 1, 402_001, null)).known()).isFalse();
        assertThat(call.answered(new Usage(1, 1, 401_999, null)).known()).isTrue();

        var tokens = StatedMeter.of(new EnergyConfig.Tokens(0, 0.5), nanos::get);
        assertThat(tokens.begin().answered(Usage.tokens(1, Integer.MAX_VALUE)).known()).isFalse();
    }

    @Test
    void aSourceThatIsCutStaysAnEstimate() throws Exception {
        EnergyConfig stated = new EnergyConfig.Response("/e", "/s", 1, false);
        String source = "x".repeat(75) + " (estimated)";

        assertThat(read(stated, new Usage(1, 1, 3, source)).source())
                .startsWith("response: xxx")
                .endsWith("xxx (estimated)")
                .hasSizeLessThan(100);
    }

    @Test
    void anAssumptionIsCalledAnEstimate() {
        assertThat(new EnergyReading(Double.NaN, "nvml").assuming(4))
                .isEqualTo(new EnergyReading(4, "running estimate without nvml (estimated)"));
        assertThat(new EnergyReading(Double.NaN, "tokens (estimated)").assuming(4).source())
                .isEqualTo("running estimate without tokens (estimated)");
    }

    private static EnergyReading read(EnergyConfig config, Usage usage) throws Exception {
        try (EnergyMeter meter = open(config)) {
            return meter.begin().answered(usage);
        }
    }

    private static EnergyMeter open(EnergyConfig config) throws Exception {
        return EnergyMeter.open(config);
    }
}
