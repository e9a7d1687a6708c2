package dev.messplus.core.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.messplus.core.MeasuredEnergy;
import dev.messplus.core.Prompt;
import dev.messplus.core.zoo.ModelState;
import org.junit.jupiter.api.Test;

class BaselineEstimateTest {

    private static final double UNKNOWN = Double.NaN;

    /** Half way from .5 to .9 is .7: (4 + 20) / 2. */
    @Test
    void aMixOfTwoModelsReachesAlpha() {
        ModelState[] zoo = {model(20, .5, 4), model(20, .9, 20), model(20, .6, 30)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isCloseTo(12, within(1e-12));
        assertThat(BaselineEstimate.mostExpensiveJoules(zoo)).isEqualTo(30);
    }

    /** The mean of few labels is a guess. */
    @Test
    void aModelWithFewLabelsIsInNoMix() {
        ModelState[] zoo = {model(19, .9, 1), model(20, .8, 20)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isEqualTo(20);
        assertThat(BaselineEstimate.mostExpensiveJoules(zoo)).isEqualTo(20);
    }

    /** What its owner says that it takes is no estimate of another policy. */
    @Test
    void aModelWhoseJoulesAreOnlyAssumedIsInNoEstimate() {
        ModelState[] zoo = {assumed(20, .9, 1), model(20, .8, 20)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isEqualTo(20);
        assertThat(BaselineEstimate.mostExpensiveJoules(zoo)).isEqualTo(20);

        ModelState[] unusedAndDear = {model(20, .8, 2), assumed(20, .9, 30)};
        assertThat(BaselineEstimate.staticMixJoules(unusedAndDear, .7)).isEqualTo(2);
        assertThat(BaselineEstimate.mostExpensiveJoules(unusedAndDear)).isNaN();
    }

    @Test
    void aModelWhoseJoulesAreUnknownIsLeftOut() {
        ModelState[] zoo = {model(20, .9, UNKNOWN), model(20, .8, 2)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .85)).isEqualTo(2);
        assertThat(BaselineEstimate.mostExpensiveJoules(zoo)).isEqualTo(2);
    }

    @Test
    void ifNoneReachesAlphaItIsTheMostAccurate() {
        ModelState[] zoo = {model(20, .5, 4), model(20, .6, 3)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isEqualTo(3);
    }

    @Test
    void beforeAnythingIsKnownThereIsNoEstimate() {
        ModelState[] zoo = {model(0, .5, UNKNOWN)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isNaN();
        assertThat(BaselineEstimate.mostExpensiveJoules(zoo)).isNaN();
    }

    /** A mean of ones may be a little above 1 by rounding. */
    @Test
    void aRoundedMeanIsAScore() {
        ModelState[] zoo = {model(20, Math.nextUp(1.0), 4)};
        assertThat(BaselineEstimate.staticMixJoules(zoo, .7)).isEqualTo(4);
    }

    private static ModelState model(long labels, double meanScore, double joules) {
        ModelState model = assumed(labels, meanScore, UNKNOWN);
        if (Double.isFinite(joules)) {
            model.energy.observe(new Prompt(null, 10, 0), MeasuredEnergy.of(joules));
        }
        return model;
    }

    private static ModelState assumed(long labels, double meanScore, double joules) {
        ModelState model = new ModelState();
        model.accuracy.labels = labels;
        model.accuracy.mean = meanScore;
        model.energy.prior.perAnswer = joules;
        return model;
    }
}
