package dev.messplus.infer.admission;

import static dev.messplus.infer.admission.WaitPrice.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** A short wait costs little, and a long one more than any model. */
class WaitPriceTest {

    private static final long CALL_NANOS = 250_000_000;

    private final WaitPrice price = new WaitPrice();
    private final Turnover turnover = new Turnover();

    @Test
    void aWaitIsPricedInAnswersAndMeasuredInCalls() {
        price.answered(CALL_NANOS);

        assertThat(price.joules(0, 6)).isZero();
        assertThat(price.joules(CALL_NANOS, 6)).isCloseTo(6 / (PATIENCE - 1), within(1e-9));
        assertThat(price.joules(CALL_NANOS * PATIENCE / 2, 6)).isEqualTo(6);
        assertThat(price.joules(CALL_NANOS * PATIENCE, 6)).isInfinite();
    }

    @Test
    void withoutAnAnswerNobodyKnowsWhatIsLong() {
        assertThat(price.joules(CALL_NANOS, 6)).isZero();
    }

    @Test
    void ofUnknownJoulesOnlyALongWaitCosts() {
        price.answered(CALL_NANOS);

        assertThat(price.joules(CALL_NANOS, Double.NaN)).isZero();
        assertThat(price.joules(CALL_NANOS * PATIENCE, Double.NaN)).isInfinite();
    }

    @Test
    void theMeanCallFollowsTheCalls() {
        price.answered(CALL_NANOS);
        assertThat(price.meanCallNanos()).isEqualTo(CALL_NANOS);
        for (int i = 0; i < 100; i++) {
            price.answered(2 * CALL_NANOS);
        }
        assertThat(price.meanCallNanos()).isCloseTo(2.0 * CALL_NANOS, within(1e3));
    }

    @Test
    void placesComeFreeAsOftenAsCallsEnd() {
        turnover.answered(CALL_NANOS);

        assertThat(turnover.gapNanos(5, 0)).isEqualTo(CALL_NANOS / 5.0);
    }

    @Test
    void whatIsOverdueTakesLonger() {
        turnover.answered(CALL_NANOS);
        turnover.changed(true, false, 1_000);
        assertThat(turnover.gapNanos(5, 1_000 + CALL_NANOS)).isEqualTo(CALL_NANOS);

        turnover.changed(true, true, 1_000 + CALL_NANOS);
        assertThat(turnover.gapNanos(5, 1_000 + CALL_NANOS)).isEqualTo(CALL_NANOS / 5.0);

        turnover.changed(false, true, 1_000 + CALL_NANOS);
        assertThat(turnover.gapNanos(5, 1_000 + 9 * CALL_NANOS)).isEqualTo(CALL_NANOS / 5.0);
    }
}
