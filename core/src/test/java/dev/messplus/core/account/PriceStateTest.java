package dev.messplus.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PriceStateTest {

    private final PriceState price = new PriceState();

    @Test
    void assumesTheDeviationOfALabelBeforeTheFirst() {
        assertThat(price.deviation()).isCloseTo(Math.sqrt(0.2), within(1e-12));
    }

    /** 50 labels of .2, and those that came: errors .3 and -.5, the first kept with .999. */
    @Test
    void learnsTheDeviationOfALabelAroundItsForecast() {
        price.count(0.3);
        price.count(-0.5);
        assertThat(price.labels).isEqualTo(2);
        assertThat(price.errorWeight).isCloseTo(1.999, within(1e-12));
        assertThat(price.squaredErrors).isCloseTo(0.999 * 0.09 + 0.25, within(1e-12));
        assertThat(price.deviation()).isCloseTo(Math.sqrt((10 + 0.33991) / 51.999), within(1e-12));
    }

    @Test
    void followsTheTrafficWithinSomeThousandLabels() {
        for (int i = 0; i < 1_000_000; i++) {
            price.count(i % 2 == 0 ? 0.5 : -0.5);
        }
        assertThat(price.deviation()).isCloseTo(0.5, within(0.003));
        for (int i = 0; i < 5_000; i++) {
            price.count(i % 2 == 0 ? 0.1 : -0.1);
        }
        // e^-5 of .25 is left, and 50 of 1,050 labels are assumed.
        assertThat(price.deviation()).isCloseTo(0.145, within(0.005));
        assertThat(price.errorWeight).isCloseTo(1_000, within(1e-6));
    }

    @Test
    void isNeverCertain() {
        for (int i = 0; i < 100_000; i++) {
            price.count(0);
        }
        assertThat(price.deviation()).isCloseTo(Math.sqrt(10 / 1_050.0), within(1e-6));
    }
}
