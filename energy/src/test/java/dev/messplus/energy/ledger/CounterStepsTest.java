package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CounterStepsTest {

    private static final long SECOND = 1_000_000_000;
    private static final long JOULE = 1_000_000;

    private final CounterSteps counter = new CounterSteps(Long.MAX_VALUE, 60);

    @Test
    void startsAtZeroWhateverTheCounterShows() {
        assertThat(counter.sampleInGap(123_456_789 * JOULE, 5 * SECOND, false)).isFalse();
        assertThat(counter.joules()).isZero();
        assertThat(counter.watts()).isNaN();
        assertThat(counter.periodNanos()).isNaN();
    }

    @Test
    void aGapEndsWithTheSecondStep() {
        counter.sampleInGap(0, 0, false);
        assertThat(counter.sampleInGap(0, SECOND, false)).isFalse();
        // The first reading may have been 30 s old, so this is no movement within 2 s.
        assertThat(counter.sampleInGap(21_000 * JOULE, 2 * SECOND, false)).isFalse();
        assertThat(counter.sampleInGap(21_000 * JOULE, 10 * SECOND, false)).isFalse();
        assertThat(counter.resets()).isZero();
        assertThat(counter.watts()).isNaN();
        assertThat(counter.stepNanos()).isZero();

        assertThat(counter.sampleInGap(42_000 * JOULE, 32 * SECOND, false)).isTrue();
        assertThat(counter.watts()).isEqualTo(700);
        assertThat(counter.stepNanos()).isEqualTo(30 * SECOND);
        assertThat(counter.periodNanos()).isEqualTo(30.0 * SECOND);
        assertThat(counter.joules()).isEqualTo(42_000);
    }

    @Test
    void aCounterThatFellInAGapCountsAgainFromThere() {
        startAt(1_000);
        counter.sampleInGap(5 * JOULE, 100 * SECOND, false);
        assertThat(counter.resets()).isEqualTo(1);
        counter.sampleInGap(6 * JOULE, 101 * SECOND, false);
        counter.sampleInGap(7 * JOULE, 102 * SECOND, false);
        assertThat(counter.resets()).isEqualTo(1);
        assertThat(counter.joules()).isEqualTo(2);
    }

    @Test
    void tellsWhatAStepMovedAndTheSmoothedPowerAndPeriod() {
        startAt(0);
        assertThat(counter.sample(100 * JOULE, SECOND)).isTrue();
        assertThat(counter.movedJoules()).isEqualTo(100);
        assertThat(counter.watts()).isEqualTo(100);
        assertThat(counter.sample(100 * JOULE, 2 * SECOND)).isFalse();
        assertThat(counter.sampledNanos()).isEqualTo(2 * SECOND);
        assertThat(counter.steppedNanos()).isEqualTo(SECOND);
        // 100 + .25 x (150 - 100)
        assertThat(counter.sample(400 * JOULE, 3 * SECOND)).isTrue();
        assertThat(counter.movedJoules()).isEqualTo(300);
        assertThat(counter.watts()).isEqualTo(112.5);
        // 1 + .1 x (2 - 1)
        assertThat(counter.periodNanos()).isCloseTo(1.1 * SECOND, within(1.0));
    }

    @Test
    void aFallOfTheCounterIsAResetAndAddsNothing() {
        startAt(900);
        counter.sample(1_000 * JOULE, SECOND);
        assertThat(counter.sample(3 * JOULE, 2 * SECOND)).isTrue();
        assertThat(counter.resets()).isEqualTo(1);
        assertThat(counter.movedJoules()).isNaN();
        assertThat(counter.joules()).isEqualTo(100);
        counter.sample(53 * JOULE, 3 * SECOND);
        assertThat(counter.joules()).isEqualTo(150);
        assertThat(counter.resets()).isEqualTo(1);
    }

    @Test
    void anImpossibleStepOfTheCounterAddsNothing() {
        startAt(0);
        counter.sample(50_000_000 * JOULE, SECOND);
        assertThat(counter.resets()).isEqualTo(1);
        assertThat(counter.joules()).isZero();
        counter.sample(50_000_010 * JOULE, 2 * SECOND);
        assertThat(counter.joules()).isEqualTo(10);
        counter.sample(Long.MIN_VALUE, 3 * SECOND);
        counter.sample(Long.MAX_VALUE, 4 * SECOND);
        assertThat(counter.joules()).isEqualTo(10);
    }

    @Test
    void wrapsAroundAtTheRange() {
        var rapl = new CounterSteps(262_143 * JOULE, 0);
        rapl.resume(262_100 * JOULE, 0);
        rapl.sample(57 * JOULE, SECOND);
        assertThat(rapl.joules()).isCloseTo(100, within(1e-9));
        assertThat(rapl.resets()).isZero();
    }

    @Test
    void aFallTooLargeForAWrapAroundIsAReset() {
        var rapl = new CounterSteps(262_143 * JOULE, 0);
        rapl.resume(100_000 * JOULE, 0);
        // As a wrap-around it would be 162,243 J in a second.
        rapl.sample(100 * JOULE, SECOND);
        assertThat(rapl.resets()).isEqualTo(1);
        assertThat(rapl.joules()).isZero();
    }

    private void startAt(long joules) {
        counter.resume(joules * JOULE, 0);
    }
}
