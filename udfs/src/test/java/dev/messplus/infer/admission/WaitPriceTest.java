package dev.messplus.infer.admission;

import static dev.messplus.infer.admission.WaitPrice.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A short wait costs little, and nobody waits for a model that hangs. */
class WaitPriceTest {

    private static final long CALL_NANOS = 250_000_000;
    private static final long PATIENCE_NANOS = (long) PATIENCE * CALL_NANOS;

    private final WaitPrice price = new WaitPrice();
    private final Turnover turnover = new Turnover();

    @Test
    void aWaitIsPricedInAnswersAndMeasuredInCalls() {
        price.answered(CALL_NANOS);

        assertThat(answers(0)).isZero();
        assertThat(answers(CALL_NANOS)).isCloseTo(1 / PATIENCE, within(1e-9));
        assertThat(answers(PATIENCE_NANOS)).isEqualTo(1);
        assertThat(answers(10 * PATIENCE_NANOS)).isEqualTo(10);
    }

    private double answers(long nanos) {
        return price.answers(nanos, CALL_NANOS, 0);
    }

    @Test
    void theCallsAreThoseOfTheModelOrOfTheJobIfTheseAreLonger() {
        price.answered(CALL_NANOS);

        assertThat(price.answers(PATIENCE_NANOS, 2 * CALL_NANOS, 0)).isEqualTo(0.5);
        assertThat(price.answers(PATIENCE_NANOS, 1, 0)).isEqualTo(1);
        assertThat(price.answers(PATIENCE_NANOS, 0, 0)).isEqualTo(1);
    }

    /** A machine that does nothing for a moment is no model that hangs. */
    @Test
    void shortCallsAreWaitedForForASecond() {
        price.answered(1_000);

        assertThat(price.answers(TimeUnit.SECONDS.toNanos(1), 1_000, 0)).isEqualTo(1);
        assertThat(price.isLong(TimeUnit.MILLISECONDS.toNanos(999))).isFalse();
        assertThat(price.isLong(TimeUnit.SECONDS.toNanos(1))).isTrue();
    }

    @Test
    void theMoreRequestsWaitTheDearerIsAWait() {
        price.answered(CALL_NANOS);

        assertThat(price.answers(PATIENCE_NANOS, CALL_NANOS, 0.5)).isEqualTo(2);
        // Without room, a short wait is better than a long one.
        assertThat(price.answers(PATIENCE_NANOS, CALL_NANOS, 1))
                .isCloseTo(100, within(1e-6))
                .isLessThan(price.answers(2 * PATIENCE_NANOS, CALL_NANOS, 1));
    }

    @Test
    void aModelHangsThatHasAnsweredNoneOfManyCalls() {
        price.answered(CALL_NANOS);

        assertThat(price.hangs(PATIENCE_NANOS - 1, CALL_NANOS, 1)).isFalse();
        assertThat(price.hangs(PATIENCE_NANOS, CALL_NANOS, 1)).isTrue();
        assertThat(price.hangs(PATIENCE_NANOS / 4, CALL_NANOS, 4)).isTrue();
        // With many places, it is slow, and does not hang, until all of them take long.
        assertThat(price.hangs(4 * CALL_NANOS - 1, CALL_NANOS, 100)).isFalse();
        assertThat(price.hangs(4 * CALL_NANOS, CALL_NANOS, 100)).isTrue();
        assertThat(price.hangs(4 * CALL_NANOS, 0, 100)).as("as all models").isTrue();
        assertThat(price.hangs(TimeUnit.MILLISECONDS.toNanos(999), 1, 100)).isFalse();
    }

    @Test
    void withoutAnAnswerNobodyKnowsWhatIsLong() {
        assertThat(price.answers(Long.MAX_VALUE, 0, 0)).isZero();
        assertThat(price.isLong(Long.MAX_VALUE)).isFalse();
        assertThat(price.hangs(Long.MAX_VALUE, 0, 1)).isFalse();
    }

    @Test
    void joulesAreThoseOfTheAnswers() {
        assertThat(WaitPrice.joules(0.5, 6)).isEqualTo(3);
        assertThat(WaitPrice.joules(0.9, Double.NaN)).isZero();
        assertThat(WaitPrice.joules(1, Double.NaN)).isInfinite();
        assertThat(WaitPrice.joules(Double.POSITIVE_INFINITY, 0)).isInfinite();
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

    /** The clock may be below 0. */
    @Test
    void answersOfTheLastSecondAreCounted() {
        long now = -TimeUnit.DAYS.toNanos(1);
        assertThat(turnover.perSecond(now)).isZero();
        for (int i = 0; i < 1_000; i++) {
            now += CALL_NANOS / 10;
            turnover.answered(CALL_NANOS, now);
        }
        assertThat(turnover.perSecond(now)).isCloseTo(40, within(1.0));
        assertThat(turnover.perSecond(now + 10 * CALL_NANOS)).isLessThan(4);
    }
}
