package dev.messplus.energy.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.energy.EnergyConfig;
import dev.messplus.energy.EnergyMeter;
import dev.messplus.energy.EnergyReading;
import dev.messplus.energy.Usage;
import dev.messplus.energy.source.ConstantPrice;
import dev.messplus.energy.source.ResponseFigure;
import dev.messplus.energy.source.TokenPrices;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Meters that rely on what a model server reports. */
class StatedMeterTest {

    private static final Usage USAGE = stated(100, 20, 1_500, null);

    @Test
    void chargesAPricePerToken() throws Exception {
        EnergyReading reading = read(new TokenPrices(0.01, 0.5), USAGE);

        assertThat(reading.joules()).isEqualTo(11);
        assertThat(reading.source()).isEqualTo("tokens (estimated)");
    }

    @Test
    void aConstantPriceNeedsNoUsage() throws Exception {
        EnergyReading reading = read(new ConstantPrice(7), Usage.UNKNOWN);

        assertThat(reading.joules()).isEqualTo(7);
        assertThat(reading.source()).isEqualTo("constant (estimated)");
    }

    @Test
    void onlyAFigureOfTheServerFollowsItsLoad() throws Exception {
        assertThat(followsLoad(new ConstantPrice(7))).isFalse();
        assertThat(followsLoad(new TokenPrices(0.01, 0.5))).isFalse();
        assertThat(followsLoad(new ResponseFigure("/e", null, 1, false))).isTrue();
    }

    private static boolean followsLoad(EnergyConfig config) throws Exception {
        try (EnergyMeter meter = open(config)) {
            return meter.followsLoad();
        }
    }

    @Test
    void convertsAReportedFigureByTheConfiguredUnit() throws Exception {
        // 8 W x 1.5 s of CPU time
        EnergyReading reading = read(new ResponseFigure("/usage/cpu_ms", null, 0.008, true), USAGE);

        assertThat(reading.joules()).isEqualTo(12);
        assertThat(reading.source()).isEqualTo("response (estimated)");
    }

    @Test
    void theSourceIsTheOneThatTheServerReports() throws Exception {
        EnergyConfig config = new ResponseFigure("/e", "/s", 1, false);

        assertThat(read(config, stated(1, 1, 3, "rapl")).source()).isEqualTo("response: rapl");
        assertThat(read(config, stated(1, 1, 3, "cpu_time (estimated)")).source())
                .isEqualTo("response: cpu_time (estimated)");
        assertThat(read(config, stated(1, 1, 3, null)).source()).isEqualTo("response");
        assertThat(read(config, stated(1, 1, 3, "a\n\u0000b" + "x".repeat(500))).source())
                .startsWith("response: a b")
                .hasSizeLessThan(100);
        EnergyConfig estimated = new ResponseFigure("/e", "/s", 1, true);
        assertThat(read(estimated, stated(1, 1, 3, "x (estimated)")).source())
                .isEqualTo("response: x (estimated)");
    }

    @Test
    void theSourceMayChangeFromAnswerToAnswer() throws Exception {
        try (EnergyMeter meter = open(new ResponseFigure("/e", "/s", 1, false))) {
            assertThat(meter.begin().answered(stated(1, 1, 3, "a")).reading().source())
                    .endsWith("a");
            assertThat(meter.begin().answered(stated(1, 1, 3, "b")).reading().source())
                    .endsWith("b");
            assertThat(meter.begin().answered(stated(1, 1, 3, null)).reading().source())
                    .isEqualTo("response");
        }
    }

    @Test
    void missingFiguresAreUnknownAndNotFree() throws Exception {
        EnergyConfig tokens = new TokenPrices(0.01, 0.5);
        EnergyConfig stated = new ResponseFigure("/e", null, 1, false);

        assertThat(read(tokens, Usage.UNKNOWN).known()).isFalse();
        assertThat(read(tokens, Usage.tokens(1, null)).known()).isFalse();
        assertThat(read(tokens, Usage.tokens(null, 1)).known()).isFalse();
        assertThat(read(stated, Usage.tokens(1, 1)).known()).isFalse();
    }

    @Test
    void impossibleFiguresAreUnknown() throws Exception {
        EnergyConfig stated = new ResponseFigure("/e", null, 2, false);

        assertThat(read(stated, stated(1, 1, -1, null)).joules()).isNaN();
        assertThat(read(stated, stated(1, 1, Double.MAX_VALUE, null)).joules()).isNaN();
    }

    @Test
    void aFigureThatNoAnswerCanHaveUsedIsUnknown() {
        var nanos = new AtomicLong();
        var meter = new StatedMeter(new ResponseFigure("/e", null, 1, false), nanos::get);
        EnergyMeter.Span call = meter.begin();
        nanos.addAndGet(2_000_000_000);

        // A 64-bit difference that has wrapped around; then a joule more and a joule less than
        // 2.01 s at 200 kW.
        assertThat(call.answered(stated(1, 1, 0x1p64, null)).reading().known()).isFalse();
        assertThat(call.answered(stated(1, 1, 402_001, null)).reading().known()).isFalse();
        assertThat(call.answered(stated(1, 1, 401_999, null)).reading().known()).isTrue();

        var tokens = new StatedMeter(new TokenPrices(0, 0.5), nanos::get);
        assertThat(tokens.begin().answered(Usage.tokens(1, Integer.MAX_VALUE)).reading().known())
                .isFalse();
    }

    @Test
    void aSourceThatIsShortenedKeepsItsMarkOfAnEstimate() throws Exception {
        EnergyConfig stated = new ResponseFigure("/e", "/s", 1, false);
        String source = "x".repeat(75) + " (estimated)";

        assertThat(read(stated, stated(1, 1, 3, source)).source())
                .startsWith("response: xxx")
                .endsWith("xxx (estimated)")
                .hasSizeLessThan(100);
    }

    private static EnergyReading read(EnergyConfig config, Usage usage) throws Exception {
        try (EnergyMeter meter = open(config)) {
            return meter.begin().answered(usage).reading();
        }
    }

    private static EnergyMeter open(EnergyConfig config) throws Exception {
        return EnergyMeters.open(config);
    }

    private static Usage stated(
            Integer prompt, Integer completion, double stated, String statedSource) {
        return new Usage(prompt, null, completion, Double.NaN, stated, statedSource);
    }
}
