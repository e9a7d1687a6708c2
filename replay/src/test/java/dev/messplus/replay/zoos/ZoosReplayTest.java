package dev.messplus.replay.zoos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.replay.ReplayEntry;
import dev.messplus.replay.ReplayRow;
import dev.messplus.replay.outcome.Order;
import dev.messplus.replay.outcome.RandomZoo;
import dev.messplus.replay.outcome.RandomZoos;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.policy.PolicyKind;
import dev.messplus.replay.policy.SeedResultBuilder;
import dev.messplus.replay.policy.SlaWindow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ZoosReplayTest {

    private static final Offset<Double> EXACT = within(1e-9);

    private static final ZoosReport REPORT = TinyZoosReplay.report();

    @Test
    void eachZooIsReplayedAtItsOwnAlpha() {
        assertThat(REPORT.requests()).isEqualTo(200);
        assertThat(REPORT.zoos()).extracting(ZooResult::number).containsExactly(1, 2, 3);
        var generator = new RandomZoos(SyntheticTraffic.of(200, 4));
        for (ZooResult result : REPORT.zoos()) {
            RandomZoo zoo = generator.zoo(result.number());
            assertThat(result.alpha()).isEqualTo(zoo.alpha());
            assertThat(result.traits()).isEqualTo(zoo.traits());
            assertThat(result.models()).isEqualTo(zoo.traffic().models().size());
            assertThat(result.rows())
                    .hasSize(2 * (2 + result.models()))
                    .allSatisfy(row -> assertThat(row.alpha()).isEqualTo(zoo.alpha()))
                    .allSatisfy(row -> assertThat(row.seeds()).isEqualTo(2));
        }
    }

    @Test
    void thereIsARowForEachNumberInFlightAndPolicy() {
        assertThat(REPORT.rows())
                .extracting(ZoosRow::inFlight, ZoosRow::policy)
                .contains(
                        tuple(0, "mess+ (stream)"),
                        tuple(0, "always m1"),
                        tuple(0, "clairvoyant"),
                        tuple(4, "mess+ (stream)"))
                .doesNotHaveDuplicates();
        assertThat(REPORT.rows()).isSortedAccordingTo((a, b) -> a.inFlight() - b.inFlight());
        ZoosRow clairvoyant = row("clairvoyant");
        assertThat(clairvoyant.zoos()).isEqualTo(3);
        assertThat(clairvoyant.energyVsStaticMix()).isBetween(0.0, 1.0);
        assertThat(clairvoyant.metShare()).isEqualTo(1);
        // The cheapest model misses alpha in every zoo.
        ZoosRow cheapest = row("always m1");
        assertThat(cheapest.metShare()).isZero();
        assertThat(cheapest.worstScore()).isLessThan(-.01);
    }

    @Test
    void aRowIsTheGeometricMeanOverTheZoosThatHaveThePolicy() {
        List<ZoosRow> rows =
                ZoosRow.of(
                        List.of(
                                zoo(1, scored(2, .6, .6)),
                                zoo(2, scored(8, .6, .4)),
                                zoo(3, scored(.5, .5, .5))));
        assertThat(rows).hasSize(1);
        ZoosRow row = rows.get(0);
        assertThat(row.zoos()).isEqualTo(3);
        assertThat(row.energyVsStaticMix()).isCloseTo(2, EXACT);
        assertThat(row.energyMost()).isEqualTo(8);
        assertThat(row.worstZoo()).isEqualTo(2);
        // Five of six seeds meet an alpha of .5.
        assertThat(row.metShare()).isCloseTo(5 / 6., EXACT);
        assertThat(row.worstScore()).isCloseTo(0, EXACT);
        // Logarithms of 2, 8 and .5 deviate by ln 4; t of two degrees of freedom is 4.303.
        assertThat(row.ci95()).isCloseTo(2 * 4.303 * Math.log(4) / Math.sqrt(3), within(.01));
    }

    @Test
    void windowsOfTheSlaAreCountedOverAllRuns() {
        ZoosReport report =
                TinyZoosReplay.report(
                        TinyZoosReplay.options().settings(Map.of("window", "100")), 2);
        assertThat(report.hasFullWindow()).isTrue();
        assertThat(row(report, "always m1").windowMet()).isZero();
        assertThat(report.notes()).anyMatch(note -> note.startsWith("SLA window met: "));
        assertThat(REPORT.hasFullWindow()).isFalse();
        assertThat(row("always m1").windowMet()).isNaN();
    }

    @Test
    void ordersByKindTakeTheKindsOfTheZoo() {
        ZoosReport report =
                TinyZoosReplay.report(
                        TinyZoosReplay.options().order(Order.KIND).passes(2).seeds(1), 1);
        assertThat(report.requests()).isEqualTo(400);
        assertThat(report.zoos().get(0).rows())
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.score().mean()).isBetween(0.0, 1.0));
        assertThat(row(report, "mess+ (stream)").energyVsStaticMix())
                .isNotCloseTo(row("mess+ (stream)").energyVsStaticMix(), within(1e-6));
    }

    @Test
    void whatCannotBeReplayedIsRefusedBeforeTheTableIsRead() {
        var missing = new ZoosReplay(TinyZoosReplay.options().build(), System.err);
        assertThatThrownBy(() -> missing.run(0)).hasMessage("--zoos: must be at least 1, was 0");
        var colourful =
                new ZoosReplay(
                        TinyZoosReplay.options().settings(Map.of("colour", "red")).build(),
                        System.err);
        assertThatThrownBy(() -> colourful.run(1))
                .hasMessageStartingWith("--set colour: is not a setting of an SLA");
    }

    private static ZooResult zoo(int number, ReplayRow row) {
        return new ZooResult(number, 2, .5, new RandomZoo.Traits(1, 0, 1, 1), List.of(row));
    }

    /** A row of an alpha of .5, whose static mix takes 1 J. */
    private static ReplayRow scored(double joules, double... scores) {
        double[] staticJoules = new double[scores.length];
        Arrays.fill(staticJoules, 1);
        return new ReplayRow(
                new ReplayEntry(PolicyKind.STATIC, unused -> null, .5, 0),
                Arrays.stream(scores)
                        .mapToObj(
                                score ->
                                        SeedResultBuilder.builder()
                                                .energyPerRequest(joules)
                                                .score(score)
                                                .build())
                        .toList(),
                staticJoules,
                0,
                new SlaWindow(100, .01));
    }

    private static ZoosRow row(String policy) {
        return row(REPORT, policy);
    }

    private static ZoosRow row(ZoosReport report, String policy) {
        return report.rows().stream()
                .filter(row -> row.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }
}
