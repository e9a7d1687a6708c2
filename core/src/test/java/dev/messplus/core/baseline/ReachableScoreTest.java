package dev.messplus.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ReachableScoreTest {

    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void ofOneModelItIsTheBest() {
        assertThat(ReachableScore.ofOneModel(new double[] {.5, .9, .6})).isEqualTo(.9);
    }

    @Test
    void ofAnswersThatAreRightOrWrongItIsThatOneIsRight() {
        assertThat(ReachableScore.ofAllAnswers(new double[] {.5, .6}, 1))
                .isCloseTo(1 - .5 * .4, ROUNDING);
        assertThat(ReachableScore.ofAllAnswers(new double[] {1, 1}, 1)).isEqualTo(1);
    }

    @Test
    void ofAnswersThatAreAsExpectedItIsTheBestModel() {
        assertThat(ReachableScore.ofAllAnswers(new double[] {.6, .3, .5}, 0)).isEqualTo(.6);
    }

    @Test
    void ofAnyOtherAnswersItIsTheMeanOfTheBest() {
        double[] means = {.7, .2, .4};
        double spread = .6;
        var random = new SplittableRandom(1);
        int draws = 200_000;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            double best = 0;
            for (double mean : means) {
                double right = random.nextDouble() < mean ? 1 : 0;
                best = Math.max(best, random.nextDouble() < spread ? right : mean);
            }
            sum += best;
        }
        // Five standard deviations.
        assertThat(ReachableScore.ofAllAnswers(means, spread)).isCloseTo(sum / draws, within(.005));
    }
}
