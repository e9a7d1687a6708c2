package dev.messplus.local.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JouleSourcesTest {

    @Test
    void oneSourceIsNamed() {
        JouleSources measured = new JouleSources(Map.of("response: rapl", 7L));
        assertThat(measured.estimated()).isFalse();
        assertThat(measured.describe()).isEqualTo("response: rapl");

        JouleSources estimated = new JouleSources(Map.of("response: cpu_time (estimated)", 7L));
        assertThat(estimated.estimated()).isTrue();
        assertThat(estimated.describe()).isEqualTo("response: cpu_time (estimated)");
        assertThat(estimated.describeEstimates()).isEqualTo("response: cpu_time");
    }

    @Test
    void anEstimateAmongMeasurementsMakesTheRunEstimated() {
        JouleSources sources =
                new JouleSources(
                        Map.of(
                                "running estimate without response (estimated)",
                                3L,
                                "response: rapl",
                                97L));
        assertThat(sources.estimated()).isTrue();
        assertThat(sources.estimatedShare()).isEqualTo(.03);
        assertThat(sources.describe())
                .isEqualTo("97% response: rapl, 3% running estimate without response (estimated)");
        assertThat(sources.describeEstimates()).isEqualTo("running estimate without response");
        assertThat(ConsoleTable.render(TinyRun.of(.75, sources)))
                .contains(
                        "The joules of 3% of the answers are estimated"
                                + " (running estimate without response), not measured.");
    }

    @Test
    void severalEstimatesAreOneEstimate() {
        JouleSources sources =
                new JouleSources(
                        Map.of(
                                "tokens (estimated)",
                                9L,
                                "running estimate without tokens (estimated)",
                                1L));
        assertThat(sources.estimatedShare()).isEqualTo(1);
        assertThat(ConsoleTable.render(TinyRun.of(.75, sources)))
                .contains(
                        "All joules are estimated"
                                + " (90% tokens, 10% running estimate without tokens), not"
                                + " measured.");
    }

    @Test
    void answersWithoutJoulesHaveNoSource() {
        JouleSources nobody = new JouleSources(Map.of());
        assertThat(nobody.estimated()).isFalse();
        assertThat(nobody.describe()).isEqualTo("unknown");
    }
}
