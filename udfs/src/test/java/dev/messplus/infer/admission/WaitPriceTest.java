package dev.messplus.infer.admission;

import static dev.messplus.infer.admission.WaitPrice.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A short wait costs little, and a long one more than any model. */
class WaitPriceTest {

    private static final long CALL_NANOS = 250_000_000;
    private static final long PATIENCE_NANOS = (long) PATIENCE * CALL_NANOS;

    private final WaitPrice price = new WaitPrice();
    private final Turnover turnover = new Turnover();

    @Test
    void aWaitIsPricedInAnswersAndMeasuredInCalls() {
        price.answered(CALL_NANOS);

        assertThat(joules(0)).isZero();
        assertThat(joules(CALL_NANOS)).isCloseTo(6 / PATIENCE, within(1e-9));
        assertThat(joules(PATIENCE_NANOS)).isEqualTo(6);
        assertThat(joules(10 * PATIENCE_NANOS)).isEqualTo(60);
    }

    private double joules(long nanos) {
        return price.joules(nanos, CALL_NANOS, 6, 0);
    }

    @Test
    void theCallsAreThoseOfTheModelOrOfTheJobIfTheseAreLonger() {
        price.answered(CALL_NANOS);

        assertThat(price.joules(PATIENCE_NANOS, 2 * CALL_NANOS, 6, 0)).isEqualTo(3);
        assertThat(price.joules(PATIENCE_NANOS, 1, 6, 0)).isEqualTo(6);
        assertThat(price.joules(PATIENCE_NANOS, 0, 6, 0)).isEqualTo(6);
    }

    /** A machine that does nothing for a moment is no model that hangs. */
    @Test
    void shortCallsAreWaitedForForASecond() {
        price.answered(1_000);

        assertThat(price.joules(TimeUnit.SECONDS.toNanos(1), 1_000, 6, 0)).isEqualTo(6);
        assertThat(price.isLong(TimeUnit.MILLISECONDS.toNanos(999))).isFalse();
        assertThat(price.isLong(TimeUnit.SECONDS.toNanos(1))).isTrue();
    }

    @Test
    void theFullerTheRoomTheDearerIsAWait() {
        price.answered(CALL_NANOS);

        assertThat(price.joules(PATIENCE_NANOS, CALL_NANOS, 6, 0.5)).isEqualTo(12);
        assertThat(price.joules(1, CALL_NANOS, 6, 1)).isInfinite();
    }

    @Test
    void withoutAnAnswerNobodyKnowsWhatIsLong() {
        assertThat(joules(CALL_NANOS)).isZero();
        assertThat(price.isLong(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void ofUnknownJoulesOnlyALongWaitCosts() {
        price.answered(CALL_NANOS);

        assertThat(price.joules(CALL_NANOS, CALL_NANOS, Double.NaN, 0)).isZero();
        assertThat(price.joules(PATIENCE_NANOS, CALL_NANOS, Double.NaN, 0)).isInfinite();
    }

    @Test
    void theMeanCallFollowsTheCalls() {
        price.answered(CALL_NANOS);
        assertThat(price.patienceNanos(0)).isEqualTo(PATIENCE_NANOS);
        for (int i = 0; i < 100; i++) {
            price.answered(2 * CALL_NANOS);
        }
        assertThat(price.patienceNanos(0)).isCloseTo(2.0 * PATIENCE_NANOS, within(1e5));
    }

    @Test
    void placesComeFreeAsOftenAsCallsEnd() {
        turnover.answered(CALL_NANOS, 0);

        assertThat(turnover.gapNanos(5, 0)).isEqualTo(CALL_NANOS / 5.0);
    }

    /** A call that has taken long is expected to take as long as calls take, in addition. */
    @Test
    void whatIsOverdueTakesLonger() {
        turnover.answered(CALL_NANOS, 0);
        turnover.changed(true, false, 1_000);
        assertThat(turnover.gapNanos(5, 1_000 + CALL_NANOS)).isEqualTo(2 * CALL_NANOS / 5.0);

        turnover.changed(true, true, 1_000 + CALL_NANOS);
        assertThat(turnover.gapNanos(5, 1_000 + CALL_NANOS)).isEqualTo(CALL_NANOS / 5.0);

        turnover.changed(false, true, 1_000 + CALL_NANOS);
        assertThat(turnover.gapNanos(5, 1_000 + 9 * CALL_NANOS)).isEqualTo(CALL_NANOS / 5.0);
    }

    @Test
    void answersOfTheLastSecondAreCounted() {
        long now = 0;
        for (int i = 0; i < 1_000; i++) {
            now += CALL_NANOS / 10;
            turnover.answered(CALL_NANOS, now);
        }
        assertThat(turnover.perSecond(now)).isCloseTo(40, within(1.0));
        assertThat(turnover.perSecond(now + 10 * CALL_NANOS)).isLessThan(4);
    }
}
