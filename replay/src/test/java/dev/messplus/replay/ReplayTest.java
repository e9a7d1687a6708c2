package dev.messplus.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.policy.PolicyKind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final Offset<Double> EXACT = within(1e-9);

    private static final ReplayReport REPORT = TinyReplay.report();

    @Test
    void hasARowForEveryPolicyAndSetting() {
        assertThat(REPORT.rows()).hasSize(2 * 2 * 9);
        assertThat(REPORT.rows(.75, 0))
                .extracting(ReplayRow::policy)
                .containsExactly(
                        "mess+ (stream)",
                        "mess+ (paper)",
                        "mess+ (paper, best V and c)",
                        "always small",
                        "always large",
                        "random with constraint",
                        "best single model that meets alpha",
                        "best static mix (hindsight)",
                        "clairvoyant");
    }

    @Test
    void comparesWithTheStaticMixOfTheRowsReplayed() {
        // Half of each: 5.5 J. Always large takes 10, always small 1.
        ReplayRow large = row(.75, "always large");
        assertThat(large.energy().mean()).isCloseTo(10, EXACT);
        assertThat(large.vsStaticMix().mean()).isCloseTo(10 / 5.5, EXACT);
        assertThat(large.vsStaticMix().ci95()).isCloseTo(0, EXACT);
        assertThat(large.metShare()).isEqualTo(1);
        assertThat(row(.75, "always small").metShare()).isZero();
        // It knows who needs the large model: 25 of 100 do, at 9 J more each.
        assertThat(row(.75, "clairvoyant").energy().mean()).isCloseTo(1 + .25 * 9, EXACT);
        assertThat(row(.75, "best single model that meets alpha").modelShare())
                .containsExactly(0.0, 1.0);
        ReplayRow mix = row(.75, "best static mix (hindsight)");
        assertThat(mix.vsStaticMix().mean()).isBetween(.8, 1.2);
        assertThat(mix.vsStaticMix().ci95()).isGreaterThan(0);
    }

    @Test
    void theSummaryIsTheGeometricMeanOverTheAlphas() {
        SummaryRow large =
                REPORT.summary().stream()
                        .filter(row -> row.policy().equals("always large"))
                        .findFirst()
                        .orElseThrow();
        // 10 / 5.5 at alpha .75, 10 / 10 at alpha 1.
        assertThat(large.energyVsStaticMix()).isCloseTo(Math.sqrt(10 / 5.5), EXACT);
        assertThat(large.metShareMin()).isEqualTo(1);
    }

    @Test
    void saysWhenNoStaticMixReachesAlpha() {
        Traffic poor = TinyTraffic.of(new double[] {0, .5}, new double[] {0, .5});
        ReplayReport report = TinyReplay.report(poor, List.of(.9), 1, Map.of());
        assertThat(report.notes()).anyMatch(note -> note.startsWith("No static mix reaches 0.9"));
    }

    @Test
    void theBestOfTheGridMeetsAlphaOrElseMeetsItMost() {
        ReplayRow dear = scored(5, 1);
        ReplayRow cheap = scored(3, .9);
        ReplayRow missing = scored(1, .5);
        assertThat(Replay.bestOfGrid(List.of(dear, cheap, missing))).isSameAs(cheap);
        ReplayRow worse = scored(.5, .4);
        assertThat(Replay.bestOfGrid(List.of(worse, missing))).isSameAs(missing);
    }

    @Test
    void ofAGridThatNeverMeetsAlphaTheBestScoreCounts() {
        ReplayRow cheap = scored(1, 0, .4);
        ReplayRow close = scored(5, 0, .5);
        assertThat(Replay.bestOfGrid(List.of(cheap, close))).isSameAs(close);
    }

    @Test
    void settingsNeedAPolicyThatTakesThem() {
        ReplayOptionsBuilder options = TinyOptions.all().settings(Map.of("V", "1"));
        assertThatThrownBy(() -> options.policies(Set.of(PolicyKind.STATIC)).build())
                .hasMessageStartingWith("--set: applies to stream, or else to paper");
    }

    private static ReplayRow scored(double joules, double metShare) {
        return scored(joules, metShare, .5);
    }

    private static ReplayRow scored(double joules, double metShare, double score) {
        return ReplayRowBuilder.builder()
                .energy(Estimate.of(new double[] {joules}))
                .score(Estimate.of(new double[] {score}))
                .metShare(metShare)
                .build();
    }

    private static ReplayRow row(double alpha, String policy) {
        return REPORT.rows(alpha, 0).stream()
                .filter(row -> row.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }
}
