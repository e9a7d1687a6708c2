package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.baseline.StaticMix;
import dev.messplus.replay.outcome.Arrivals;
import dev.messplus.replay.outcome.Drift;
import dev.messplus.replay.outcome.Recorded;
import dev.messplus.replay.outcome.SyntheticTraffic;
import dev.messplus.replay.outcome.Traffic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FixedPricePolicyTest {

    private static final Traffic TRAFFIC = SyntheticTraffic.atFixedPrices(3_000, 8);
    private static final int[] ROWS = IntStream.range(0, 1_500).toArray();
    private static final int[] REST = IntStream.range(1_500, 3_000).toArray();
    private static final double ALPHA = .65;

    @Test
    void aPriceFromRecordedRowsRoutesSimilarRequestsToAlpha() {
        SeedResult result = replay(TRAFFIC, Episodes.scored(0));
        assertThat(result.score()).isCloseTo(ALPHA, within(.03));
        // It goes by the prompt: a mix of the same score costs more.
        assertThat(result.energyPerRequest())
                .isLessThan(
                        MixPolicy.of(StaticMix::leastEnergy)
                                .replay(episode(TRAFFIC, result.score(), Episodes.scored(0)))
                                .energyPerRequest());
        assertThat(result.exploredShare()).isZero();
        assertThat(result.energyServedOnly()).isEqualTo(result.energyPerRequest());
    }

    @Test
    void noLabelChangesIt() {
        SeedResult at0 = replay(TRAFFIC, Episodes.scored(0));
        SeedResult never = replay(TRAFFIC, Episodes.scored(256, 0));
        assertThat(never.energyPerRequest()).isEqualTo(at0.energyPerRequest());
        assertThat(never.score()).isEqualTo(at0.score());
    }

    @Test
    void itsChoicesDoNotChangeWithTheModels() {
        // All answers after the recorded rows are wrong.
        List<Recorded> wrong =
                IntStream.range(0, 3_000)
                        .mapToObj(i -> i < 1_500 ? TRAFFIC.requests().get(i) : wrong(i))
                        .toList();
        SeedResult result = replay(new Traffic(TRAFFIC.models(), wrong), Episodes.scored(0));
        assertThat(result.score()).isZero();
        assertThat(result.modelShare())
                .containsExactly(replay(TRAFFIC, Episodes.scored(0)).modelShare());
    }

    @Test
    void theForecastOfARecordedRowIsMadeWithoutIt() {
        List<Recorded> changed = new ArrayList<>(TRAFFIC.requests());
        changed.set(40, wrong(40));
        List<RecordedPrice.Row> before = rows(TRAFFIC);
        List<RecordedPrice.Row> after = rows(new Traffic(TRAFFIC.models(), changed));
        assertThat(before).hasSize(ROWS.length);
        // Folds follow each other: row 40 is the fifth of the first fold, row 41 of the second.
        int itself = 4;
        int other = ROWS.length / 10 + 4;
        assertThat(after.get(itself).scores()).containsOnly(0).isNotEqualTo(scores(before, itself));
        assertThat(accuracy(after, itself)).containsExactly(accuracy(before, itself));
        assertThat(after.get(other).scores()).containsExactly(scores(before, other));
        assertThat(accuracy(after, other)).isNotEqualTo(accuracy(before, other));
    }

    private static List<RecordedPrice.Row> rows(Traffic traffic) {
        return FixedPricePolicy.forecastRows(episode(traffic, ALPHA, Episodes.scored(0)));
    }

    private static double[] scores(List<RecordedPrice.Row> rows, int row) {
        return rows.get(row).scores();
    }

    private static double[] accuracy(List<RecordedPrice.Row> rows, int row) {
        return rows.get(row).forecast().accuracy();
    }

    private static Recorded wrong(int i) {
        Recorded right = TRAFFIC.requests().get(i);
        return new Recorded(
                right.id(),
                right.kind(),
                right.promptTokens(),
                right.features(),
                new double[right.scores().length],
                right.joules());
    }

    private static SeedResult replay(Traffic traffic, Conditions conditions) {
        return new FixedPricePolicy().replay(episode(traffic, ALPHA, conditions));
    }

    private static Episode episode(Traffic traffic, double alpha, Conditions conditions) {
        return new Episode(
                new Arrivals(traffic, REST, Drift.NONE),
                alpha,
                conditions,
                1,
                history(traffic, ROWS),
                Episodes.WINDOW);
    }

    private static History history(Traffic traffic, int[] rows) {
        return new History(
                traffic.recorded("test", rows),
                Arrays.stream(rows).mapToObj(traffic.requests()::get).toList());
    }
}
