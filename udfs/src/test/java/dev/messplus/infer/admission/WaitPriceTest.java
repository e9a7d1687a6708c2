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

    @Test
    void aWaitThatCostsMoreJoulesCostsSoManyAnswers() {
        for (double answerJoules : new double[] {Double.NaN, 0, 0.5, 3}) {
            for (double joules : new double[] {-1, 0, 1e-3, 1, 7}) {
                double least = WaitPrice.leastAnswers(joules, answerJoules);
                for (double answers : new double[] {0, 1e-3, 0.4, 1, 9, 1e9}) {
                    if (WaitPrice.joules(answers, answerJoules) > joules) {
                        assertThat(answers).isGreaterThanOrEqualTo(least);
                    }
                }
            }
        }
        assertThat(WaitPrice.leastAnswers(6, 3)).isEqualTo(2);
        assertThat(WaitPrice.leastAnswers(1e-3, Double.NaN)).isEqualTo(1);
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
        // Without room, a shorter wait is better than a longer one.
        assertThat(price.answers(CALL_NANOS, CALL_NANOS, 1))
                .isCloseTo(100 / PATIENCE, within(1e-6))
                .isLessThan(price.answers(2 * CALL_NANOS, CALL_NANOS, 1));
    }

    @Test
    void aLongWaitWithoutRoomCostsMoreThanAnyModel() {
        price.answered(CALL_NANOS);

        assertThat(price.answers(PATIENCE_NANOS - 1, 10 * CALL_NANOS, 1)).isFinite();
        assertThat(price.answers(PATIENCE_NANOS, 10 * CALL_NANOS, 1)).isInfinite();
    }

    @Test
    void aModelHangsThatAnswersNothingForManyCallsAndForItsLongest() {
        double call = CALL_NANOS;

        assertThat(price.hangsAfterNanos(call, call, 1)).isEqualTo(PATIENCE * call);
        assertThat(price.hangsAfterNanos(call, call, 4)).isEqualTo(PATIENCE / 4 * call);
        // With many places, it is slow, and does not hang, until all of them take long.
        assertThat(price.hangsAfterNanos(call, call, 100)).isEqualTo(4 * call);
        assertThat(price.hangsAfterNanos(call, 20 * call, 100)).isEqualTo(20 * call);
        assertThat(price.hangsAfterNanos(1, 1, 1)).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(price.hangsAfterNanos(0, 0, 1))
                .as("before its first answer")
                .isEqualTo(TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void withoutAnAnswerNobodyKnowsWhatIsLong() {
        assertThat(price.answers(Long.MAX_VALUE, 0, 0)).isZero();
        assertThat(price.isLong(Long.MAX_VALUE)).isFalse();
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

    /** Calls that time out free their places, and begin again. */
    @Test
    void aModelThatAnswersNothingIsNoBetterForCallsThatBegin() {
        long second = TimeUnit.SECONDS.toNanos(1);
        turnover.begins(second);
        assertThat(turnover.unansweredNanos(2 * second)).isEqualTo(second);
        turnover.changed(false, true, 2 * second);
        turnover.begins(2 * second);
        assertThat(turnover.unansweredNanos(3 * second)).isEqualTo(2 * second);

        turnover.answered(second, 4 * second);
        turnover.changed(false, true, 4 * second);
        turnover.begins(4 * second + 1);
        assertThat(turnover.unansweredNanos(5 * second)).isEqualTo(second - 1);

        turnover.changed(false, true, 5 * second);
        turnover.begins(9 * second);
        assertThat(turnover.unansweredNanos(9 * second)).as("after a pause").isZero();
    }

    @Test
    void theLongestCallIsForgotten() {
        turnover.answered(20 * CALL_NANOS, 0);
        turnover.answered(CALL_NANOS, 1);
        assertThat(turnover.longestCallNanos()).isCloseTo(19.8 * CALL_NANOS, within(1.0));
        for (int i = 0; i < 1_000; i++) {
            turnover.answered(CALL_NANOS, i);
        }
        assertThat(turnover.longestCallNanos()).isEqualTo(CALL_NANOS);
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
