package dev.messplus.replay.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.core.baseline.ModelMean;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RouterSettingTest {

    private static final RouterSetting ZOO =
            new RouterSetting(
                    List.of(
                            new ModelMean(.9, 5),
                            new ModelMean(.4, 1),
                            new ModelMean(.8, 20),
                            new ModelMean(.5, 2)),
                    1,
                    .5,
                    1_000,
                    1);

    @Test
    void ranksModelsByPriceWhateverTheirOrder() {
        assertThat(ZOO.cheapest(0)).isEqualTo(1);
        assertThat(ZOO.cheapest(1)).isEqualTo(3);
        assertThat(ZOO.cheapest(9)).isEqualTo(ZOO.mostExpensive()).isEqualTo(2);
        assertThat(ZOO.mostAccurate()).isZero();
        assertThat(ZOO.perJoule(.2)).isEqualTo(.01);
    }

    @Test
    void aShareOfTheRequestsIsAtLeastOne() {
        assertThat(ZOO.requests(.05)).isEqualTo(50);
        assertThat(ZOO.requests(.0001)).isEqualTo(1);
    }

    @Test
    void tiesAreBrokenWithoutRegardToTheOrder() {
        var random = new SplittableRandom(1);
        var counts = new int[3];
        for (int i = 0; i < 3_000; i++) {
            counts[Ties.least(new double[] {1, 1, 1}, random)]++;
        }
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 900 && count < 1_100);
        assertThat(Ties.least(new double[] {2, 1, 3}, random)).isEqualTo(1);
    }
}
