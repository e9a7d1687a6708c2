package dev.messplus.replay.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RecordedPriceTest {

    private static final Offset<Double> ROUNDED = within(1e-6);

    @Test
    void theCheapestModelIsChosenAtNoPriceAndTheMostAccurateAtAHighOne() {
        var forecast = new Forecast(new double[] {.9, .5, .7}, new double[] {10, 1, 2});
        assertThat(forecast.model(0)).isEqualTo(1);
        assertThat(forecast.model(10)).isEqualTo(2);
        assertThat(forecast.model(100)).isZero();
        // 1 J more for .2, then 8 J more for .2.
        assertThat(forecast.next(1)).isEqualTo(2);
        assertThat(forecast.priceOf(1, 2)).isCloseTo(5, ROUNDED);
        assertThat(forecast.next(2)).isZero();
        assertThat(forecast.next(0)).isZero();
    }

    @Test
    void aModelThatNoPriceChoosesIsPassedOver() {
        // 9 J more for .4 is less for each point than 6 J more for .2.
        var forecast = new Forecast(new double[] {.5, .7, .9}, new double[] {1, 7, 10});
        assertThat(forecast.next(0)).isEqualTo(2);
    }

    @Test
    void thePriceIsTheLeastThatReachesAlpha() {
        // The second model costs 1 J more, and its forecast is .1, .2 and .4 higher.
        List<RecordedPrice.Row> rows = List.of(row(.1, 0, 1), row(.2, 0, 1), row(.4, 0, 1));
        assertThat(RecordedPrice.least(rows, 0)).isZero();
        assertThat(RecordedPrice.least(rows, .3)).isCloseTo(2.5, ROUNDED);
        assertThat(RecordedPrice.least(rows, .5)).isCloseTo(5, ROUNDED);
        assertThat(RecordedPrice.least(rows, 1)).isCloseTo(10, ROUNDED);
    }

    @Test
    void recordedScoresCountAndNotForecasts() {
        // Where the forecast is highest, the second model was wrong.
        List<RecordedPrice.Row> rows = List.of(row(.1, 0, 1), row(.2, 0, 1), row(.4, 1, 0));
        // 1/3 at no price, then 0, 1/3 and 2/3.
        assertThat(RecordedPrice.least(rows, .3)).isZero();
        assertThat(RecordedPrice.least(rows, .6)).isCloseTo(10, ROUNDED);
    }

    @Test
    void ifNoPriceReachesAlphaItIsTheOneOfTheHighestScore() {
        List<RecordedPrice.Row> rows = List.of(row(.1, 1, 0), row(.2, 0, 1), row(.4, 0, 1));
        // 1/3, 2/3, 1 and then 2/3.
        assertThat(RecordedPrice.least(rows, 1)).isCloseTo(5, ROUNDED);
        List<RecordedPrice.Row> worse = List.of(row(.1, 1, 0));
        assertThat(RecordedPrice.least(worse, 1)).isZero();
        List<RecordedPrice.Row> never = List.of(row(.1, 1, 0), row(.2, 0, 1), row(.4, 0, 0));
        assertThat(RecordedPrice.least(never, .9)).isCloseTo(5, ROUNDED);
    }

    @Test
    void choosingAtThePriceReachesAlphaAndBelowItDoesNot() {
        var random = new SplittableRandom(3);
        for (int trial = 0; trial < 50; trial++) {
            List<RecordedPrice.Row> rows = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                double[] accuracy = random.doubles(4).toArray();
                rows.add(
                        new RecordedPrice.Row(
                                new Forecast(accuracy, new double[] {1, 2, 5, 20}),
                                random.doubles(4).map(Math::rint).toArray()));
            }
            double alpha = random.nextDouble(.3, .6);
            double price = RecordedPrice.least(rows, alpha);
            double reached = mean(rows, price);
            if (reached >= alpha) {
                for (double lower = 0; lower < .999; lower += .01) {
                    if (price > 0) {
                        assertThat(mean(rows, lower * price)).isLessThan(alpha);
                    }
                }
            } else {
                for (double other = 0; other < 10; other += .01) {
                    assertThat(mean(rows, other * price)).isLessThanOrEqualTo(reached + 1e-9);
                }
            }
        }
    }

    private static double mean(List<RecordedPrice.Row> rows, double price) {
        return rows.stream()
                .mapToDouble(row -> row.scores()[row.forecast().model(price)])
                .average()
                .orElseThrow();
    }

    /** Two models, of which the second costs 1 J more. */
    private static RecordedPrice.Row row(double gain, double... scores) {
        return new RecordedPrice.Row(
                new Forecast(new double[] {.5, .5 + gain}, new double[] {1, 2}), scores);
    }
}
