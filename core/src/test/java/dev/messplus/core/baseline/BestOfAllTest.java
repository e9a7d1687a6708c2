package dev.messplus.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class BestOfAllTest {

    @Test
    void ofRecordedRequestsIsTheMeanOfTheirBestScores() {
        BestOfAll best =
                BestOfAll.recorded(
                        List.of(new double[] {0, 1}, new double[] {.5, .25}, new double[] {0, 0}));
        assertThat(best).isEqualTo(new BestOfAll(.5, .5));
    }

    @Test
    void ofIndependentAnswersIsThatOneOfThemIsRight() {
        BestOfAll best = BestOfAll.expected(new double[] {.5, .6}, 1, 0);
        assertThat(best.estimate()).isCloseTo(.5 + .5 * .6, within(1e-12));
        assertThat(best.bound()).isEqualTo(1);
    }

    @Test
    void isLessWhereTheSamePromptsAreHardForAllModels() {
        // After a 0, the second is right with .6 - .4 * .5.
        assertThat(BestOfAll.expected(new double[] {.5, .6}, 1, .4).estimate())
                .isCloseTo(.5 + .5 * .4, within(1e-12));
    }

    @Test
    void isNeverMoreThanTheSumOfTheMeans() {
        assertThat(BestOfAll.expected(new double[] {.1, .2}, 1, 0).bound())
                .isCloseTo(.3, within(1e-12));
    }
}
