package dev.messplus.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.TinyTraffic;
import dev.messplus.replay.outcome.Traffic;
import dev.messplus.replay.policy.Delay;
import dev.messplus.replay.policy.Labels;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.Raters;
import dev.messplus.replay.policy.SeedResultBuilder;
import dev.messplus.replay.policy.SlaWindow;
import java.util.Arrays;
import java.util.Collections;
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
    void theIntervalOfTheSummaryIsThatOfEachSeedsMeanDeviation() {
        // At the first alpha the seeds lie 10% below and above the mean, at the second one as far
        // on the other side: what the alphas have in common is nothing.
        ReplayRow low = ofSeeds(.9, 1.1);
        ReplayRow high = ofSeeds(2.2, 1.8);
        SummaryRow opposed = SummaryRow.of(List.of(low, high)).get(0);
        assertThat(opposed.energyVsStaticMix()).isCloseTo(Math.sqrt(2), EXACT);
        assertThat(opposed.ci95()).isCloseTo(0, EXACT);
        // On the same side it is as wide as that of one alpha, relative to the mean.
        SummaryRow alike = SummaryRow.of(List.of(low, ofSeeds(1.8, 2.2))).get(0);
        assertThat(alike.ci95() / Math.sqrt(2)).isCloseTo(low.vsStaticMix().ci95(), EXACT);
    }

    @Test
    void aZooInOtherOrdersIsReplayedInEach() {
        ReplayOptions options =
                TinyOptions.all()
                        .alphas(List.of(.75, 1.0))
                        .policies(Set.of(PolicyKind.PAPER, PolicyKind.ALWAYS))
                        .permute(true)
                        .build();
        ReplayReport report =
                new Replay(options, TinyReplay.nowhere()).run("tiny", TinyReplay.TRAFFIC);
        assertThat(report.orders())
                .extracting(OrdersRow::policy)
                .containsExactly("mess+ (paper)", "always small", "always large");
        OrdersRow large = report.orders().get(2);
        assertThat(large.orders()).isEqualTo(2);
        assertThat(large.energyLeast()).isCloseTo(large.energyMost(), EXACT);
        assertThat(large.energyVsStaticMix()).isCloseTo(Math.sqrt(10 / 5.5), EXACT);
        assertThat(large.metShareMin()).isEqualTo(1);
        assertThat(REPORT.orders()).isEmpty();
    }

    @Test
    void anOrderIsSummarisedByItsExtremes() {
        SummaryRow cheap = summary(.5, .9);
        SummaryRow expensive = summary(2, 1);
        OrdersRow row = OrdersRow.of(List.of(List.of(cheap), List.of(expensive))).get(0);
        assertThat(row.energyVsStaticMix()).isCloseTo(1, EXACT);
        assertThat(row.energyLeast()).isEqualTo(.5);
        assertThat(row.energyMost()).isEqualTo(2);
        assertThat(row.metShareMin()).isEqualTo(.9);
    }

    @Test
    void theStaticMixIsThatOfTheModelsAsTheyWere() {
        // In half of the run the large model answers half as well: .75 on average.
        ReplayOptions options =
                TinyOptions.all()
                        .alphas(List.of(.75))
                        .policies(Set.of(PolicyKind.ALWAYS))
                        .drift(Drift.WORSE)
                        .build();
        ReplayReport report =
                new Replay(options, TinyReplay.nowhere()).run("tiny", TinyReplay.TRAFFIC);
        ReplayRow large = report.rows().get(1);
        assertThat(large.score().mean()).isCloseTo(.75, EXACT);
        assertThat(large.vsStaticMix().mean()).isCloseTo(1, EXACT);
        assertThat(large.tenths())
                .extracting(ReplayRow.Tenth::score)
                .usingComparatorForType((a, b) -> Math.abs(a - b) < 1e-9 ? 0 : 1, Double.class)
                .containsExactly(1.0, 1.0, 1.0, 1.0, 1.0, .5, .5, .5, .5, .5);
    }

    @Test
    void saysWhichConditionsTheFiguresAreOf() {
        ReplayOptionsBuilder options = TinyOptions.all().inFlight(List.of(0, 256));
        assertThat(World.describe(options.build()))
                .isEqualTo("labels: scorer, joules with the labels");
        options.joulesAfter(16)
                .labels(Labels.LATER)
                .raters(Raters.UNHAPPY)
                .delay(Delay.RANDOM)
                .drift(Drift.OUTAGE);
        assertThat(World.describe(options.build()))
                .isEqualTo(
                        "labels: later, joules after 16, random delays, unhappy raters, drift: outage");
        assertThat(REPORT.notes()).anyMatch(note -> note.contains("by true score is served"));
    }

    @Test
    void rowsOfAWarmStartAreNotReplayed() {
        ReplayOptionsBuilder options =
                TinyOptions.all()
                        .alphas(List.of(.75))
                        .policies(Set.of(PolicyKind.STREAM, PolicyKind.ALWAYS))
                        .warmStart(new WarmStartOptions(null, 40, 500));
        ReplayReport report =
                new Replay(options.build(), TinyReplay.nowhere()).run("tiny", TinyReplay.TRAFFIC);
        assertThat(report.requests()).isEqualTo(60);
        assertThat(report.world()).endsWith("warm start: 40 rows");
        assertThat(report.notes()).contains("Only stream begins warm.");

        options.warmStart(new WarmStartOptions(null, 100, 500));
        assertThatThrownBy(
                        () ->
                                new Replay(options.build(), TinyReplay.nowhere())
                                        .run("tiny", TinyReplay.TRAFFIC))
                .hasMessage("--warm-rows: must be fewer than there are rows, 100, was 100");
    }

    @Test
    void rowsLimitsWhatIsReplayedAfterTheWarmStart() {
        ReplayOptions options =
                TinyOptions.all()
                        .alphas(List.of(.75))
                        .policies(Set.of(PolicyKind.ALWAYS))
                        .rows(20)
                        .warmStart(new WarmStartOptions(null, 40, 10))
                        .build();
        List<SeedRun> runs = SeedRun.of(TinyReplay.TRAFFIC, options);
        assertThat(runs)
                .hasSize(2)
                .allSatisfy(run -> assertThat(run.arrivals().size()).isEqualTo(20))
                .allSatisfy(run -> assertThat(run.history().rows()).hasSize(40))
                .allSatisfy(run -> assertThat(run.history().warmStart().weight()).isEqualTo(10));
        assertThat(World.describe(options)).endsWith("warm start: 40 rows as 10 rows");
        // Each seed has rows of its own.
        assertThat(runs.get(0).history().warmStart().models().get("small").scores())
                .isNotEqualTo(runs.get(1).history().warmStart().models().get("small").scores());
    }

    @Test
    void aPriceIsFittedOnlyOnRecordedRows() {
        ReplayOptionsBuilder options =
                TinyOptions.all()
                        .alphas(List.of(.75))
                        .policies(Set.of(PolicyKind.FIXED_PRICE))
                        .seeds(1);
        assertThatThrownBy(options::build)
                .hasMessage(
                        "--policies: fixed-price needs --warm-rows, on which its price is fitted");
        options.warmStart(new WarmStartOptions(null, 40, 500));
        ReplayReport report =
                new Replay(options.build(), TinyReplay.nowhere()).run("tiny", TinyReplay.TRAFFIC);
        assertThat(report.rows()).extracting(ReplayRow::policy).containsExactly("fixed price");
        assertThat(report.notes())
                .anyMatch(note -> note.startsWith("Only stream and fixed-price begin warm."));
    }

    @Test
    void saysWhenNoStaticMixReachesAlpha() {
        Traffic poor = TinyTraffic.of(new double[] {0, .5}, new double[] {0, .5});
        ReplayReport report = TinyReplay.report(poor, List.of(.9), 1, Map.of());
        assertThat(report.notes()).anyMatch(note -> note.startsWith("No static mix reaches 0.9"));
    }

    @Test
    void theBestOfTheGridMeetsAlphaOrElseMeetsItMost() {
        double[] nineOfTen = new double[10];
        Arrays.fill(nineOfTen, 1, 10, .5);
        ReplayRow expensive = scored(5, .5);
        ReplayRow cheap = scored(3, nineOfTen);
        ReplayRow missing = scored(1, .5, 0);
        assertThat(Replay.bestOfGrid(List.of(expensive, cheap, missing))).isSameAs(cheap);
        ReplayRow worse = scored(.5, .5, 0, 0);
        assertThat(Replay.bestOfGrid(List.of(worse, missing))).isSameAs(missing);
    }

    @Test
    void ofAGridThatNeverMeetsAlphaTheBestScoreCounts() {
        ReplayRow cheap = scored(1, .3);
        ReplayRow close = scored(5, .4);
        assertThat(Replay.bestOfGrid(List.of(cheap, close))).isSameAs(close);
    }

    @Test
    void settingsNeedAPolicyThatTakesThem() {
        ReplayOptionsBuilder options = TinyOptions.all().settings(Map.of("V", "1"));
        assertThatThrownBy(() -> options.policies(Set.of(PolicyKind.STATIC)).build())
                .hasMessageStartingWith("--set: applies to stream, or else to paper");
    }

    @Test
    void usersNeedNoPolicyForMissingLabels() {
        ReplayOptionsBuilder options =
                TinyOptions.all()
                        .labels(Labels.LATER)
                        .raters(Raters.HAPPY)
                        .settings(Map.of("expiry", "as_zero"));
        assertThatThrownBy(options::build)
                .hasMessage("--set expiry: has no effect with --raters happy; remove it");
    }

    @Test
    void notesSayWhatTheStreamRuleIsToldBeforehand() {
        assertThat(World.notes(TinyOptions.all().build()))
                .anyMatch(
                        note ->
                                note.startsWith(
                                        "mess+ (stream) receives the source of labels: a scorer."));
        ReplayOptions users =
                TinyOptions.all()
                        .labels(Labels.LATER)
                        .raters(Raters.HAPPY)
                        .feedbackRate(.5)
                        .priced(true)
                        .build();
        assertThat(World.describe(users)).endsWith("happy raters, prices known");
        assertThat(World.notes(users))
                .anyMatch(
                        note ->
                                note.contains(
                                        "rate an answer of score 1 with probability 0.25, and one of score 0 with 0.025"))
                .contains("The mean joules of each model are configured for MESS+ beforehand.");
    }

    @Test
    void aSeedMeetsAlphaInItsWindowsIfTheWorstOneIsWithinTheTolerance() {
        ReplayRow row =
                row(
                        List.of(
                                SeedResultBuilder.builder().worstFullWindow(.6),
                                SeedResultBuilder.builder().worstFullWindow(.491),
                                SeedResultBuilder.builder().worstFullWindow(.489),
                                SeedResultBuilder.builder().worstFullWindow(.3)),
                        .5);
        assertThat(row.windowMetShare()).isEqualTo(.5);
        assertThat(row.worstFullWindow().min()).isCloseTo(-.2, EXACT);
        assertThat(row.worstFullWindow().mean()).isCloseTo(-.03, EXACT);
        ReplayRow none = row(List.of(SeedResultBuilder.builder().worstFullWindow(Double.NaN)), .5);
        assertThat(none.hasFullWindow()).isFalse();
        assertThat(none.windowMetShare()).isNaN();
    }

    @Test
    void theWindowIsThatOfTheSettings() {
        ReplayReport report =
                TinyReplay.report(
                        TinyReplay.TRAFFIC,
                        List.of(.75, 1.0),
                        2,
                        Map.of("window", "64", "tolerance", "0.1"));
        ReplayRow large =
                report.rows().stream()
                        .filter(row -> row.policy().equals("always large"))
                        .findFirst()
                        .orElseThrow();
        assertThat(large.window()).isEqualTo(new SlaWindow(64, .1));
        assertThat(large.worstFullWindow().mean()).isCloseTo(.25, EXACT);
        SummaryRow small =
                report.summary().stream()
                        .filter(row -> row.policy().equals("always small"))
                        .findFirst()
                        .orElseThrow();
        assertThat(small.windowMetMin()).isZero();
        assertThat(REPORT.hasFullWindow()).isFalse();
        assertThat(REPORT.summary().get(0).windowMetMin()).isNaN();
    }

    private static ReplayRow ofSeeds(double... vsStaticMix) {
        return row(
                Arrays.stream(vsStaticMix)
                        .mapToObj(joules -> SeedResultBuilder.builder().energyPerRequest(joules))
                        .toList(),
                .5);
    }

    private static ReplayRow row(List<SeedResultBuilder> seeds, double alpha) {
        return new ReplayRow(
                new ReplayEntry(PolicyKind.STATIC, unused -> null, alpha, 0),
                seeds.stream().map(SeedResultBuilder::build).toList(),
                Collections.nCopies(seeds.size(), 1.0).stream().mapToDouble(d -> d).toArray(),
                0,
                new SlaWindow(100, .01));
    }

    private static SummaryRow summary(double energy, double metShare) {
        return SummaryRowBuilder.builder()
                .policy("p")
                .energyVsStaticMix(energy)
                .metShareMin(metShare)
                .build();
    }

    /** Seeds that meet an alpha of .5, if their score says so. */
    private static ReplayRow scored(double joules, double... scores) {
        return row(
                Arrays.stream(scores)
                        .mapToObj(
                                score ->
                                        SeedResultBuilder.builder()
                                                .energyPerRequest(joules)
                                                .score(score))
                        .toList(),
                .5);
    }

    private static ReplayRow row(double alpha, String policy) {
        return REPORT.rows(alpha, 0).stream()
                .filter(row -> row.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }
}
