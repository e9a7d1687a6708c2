package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void theDeficitIsTheLargestOfAnyBeginning() {
        // alpha .5: .5, 1, .5, 1
        assertThat(tally(.5, 0, 0, 1, 0).maxDeficit()).isCloseTo(1, within(1e-12));
        assertThat(tally(.5, 1, 1, 0).maxDeficit()).isZero();
    }

    @Test
    void theWorstShortfallIsTheLargestOfAnyRequestsInARow() {
        // alpha .5, deficit -.5, -1, -.5, 0, .5, 0: from -1 to .5
        assertThat(tally(.5, 1, 1, 0, 0, 0, 1).worstShortfall()).isCloseTo(1.5, within(1e-12));
        // from the very beginning
        assertThat(tally(.5, 0, 0, 1).worstShortfall()).isCloseTo(1, within(1e-12));
        assertThat(tally(.5, 1, 1).worstShortfall()).isZero();
    }

    @Test
    void aShortRunIsOneWindow() {
        assertThat(tally(.5, 0, 1, 1, 0).worstWindow()).isEqualTo(.5);
    }

    @Test
    void theWorstWindowIsTheLeastMeanOfAThousand() {
        var scores = new double[2_500];
        for (int i = 0; i < scores.length; i++) {
            // 300 zeros in a row, so some thousand holds them all and no other zero.
            scores[i] = i >= 1_200 && i < 1_500 ? 0 : 1;
        }
        assertThat(tally(.5, scores).worstWindow()).isCloseTo(.7, within(1e-12));
    }

    @Test
    void theWorstFullWindowIsThatOfTheSla() {
        // Of four requests in a row the second to fifth are the worst.
        var tally = new Tally(.5, 1, 6);
        for (double score : new double[] {1, 0, .5, 0, .5, 1}) {
            tally.serve(score, 1, 0);
        }
        assertThat(tally.result(new SlaWindow(4, 0)).worstFullWindow())
                .isCloseTo(.25, within(1e-12));
        assertThat(tally.result(new SlaWindow(6, 0)).worstFullWindow())
                .isCloseTo(.5, within(1e-12));
        // No seven requests have arrived.
        assertThat(tally.result(new SlaWindow(7, 0)).worstFullWindow()).isNaN();
    }

    @Test
    void aWindowMayBeBelowAlphaByTheTolerance() {
        var window = new SlaWindow(4, .1);
        assertThat(window.isMet(.5, .6)).isTrue();
        assertThat(window.isMet(.499, .6)).isFalse();
    }

    @Test
    void theCurveEndsWithTheRunAndKeepsTheLargestDeficitOfEachStep() {
        var scores = new double[601];
        SeedResult.Curve curve = tally(.5, scores).curve();
        assertThat(curve.request()).hasSize(300).endsWith(601);
        assertThat(curve.deficit()[299]).isCloseTo(300.5, within(1e-9));
    }

    @Test
    void tenthsAreTheMeansOfTheirRequests() {
        var scores = new double[25];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i / 25.;
        }
        var tally = new Tally(.5, 1, scores.length);
        for (double score : scores) {
            tally.serve(score, 1 + score, 2);
        }
        List<SeedResult.Tenth> tenths = tally.result(Episodes.WINDOW).tenths();
        assertThat(tenths).hasSize(10);
        // Requests 0 and 1, then 2 to 4.
        assertThat(tenths.get(0).score()).isCloseTo(.5 / 25, within(1e-12));
        assertThat(tenths.get(1).score()).isCloseTo(3 / 25., within(1e-12));
        assertThat(tenths.get(1).energyPerRequest()).isCloseTo(3 + 3 / 25., within(1e-12));
    }

    @Test
    void aTenthWithoutRequestsIsUnknown() {
        assertThat(tally(.5, 1, 0, 1).tenths())
                .filteredOn(tenth -> !Double.isNaN(tenth.score()))
                .extracting(SeedResult.Tenth::score)
                .containsExactly(1.0, 0.0, 1.0);
    }

    private static SeedResult tally(double alpha, double... scores) {
        var tally = new Tally(alpha, 1, scores.length);
        for (double score : scores) {
            tally.serve(score, 1, 0);
        }
        return tally.result(Episodes.WINDOW);
    }
}
