package dev.messplus.energy.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyClockTest {

    private static final long SECOND = 1_000_000_000;
    private static final long JOULE = 1_000_000;

    private final EnergyClock clock = new EnergyClock(Long.MAX_VALUE, 60);

    @Test
    void startsAtZeroWhateverTheCounterShows() {
        assertThat(clock.sampleInGap(123_456_789 * JOULE, 5 * SECOND, false)).isFalse();
        assertThat(clock.joulesAt(5 * SECOND)).isZero();
        assertThat(clock.joulesAt(500 * SECOND)).isZero();
        assertThat(clock.knownUntilNanos(500 * SECOND)).isEqualTo(5 * SECOND);
        assertThat(clock.watts()).isNaN();
    }

    @Test
    void aGapEndsWithTheSecondStep() {
        clock.sampleInGap(0, 0, false);
        assertThat(clock.sampleInGap(0, SECOND, false)).isFalse();
        // The first reading may have been 30 s old, so this is no movement within 2 s.
        assertThat(clock.sampleInGap(21_000 * JOULE, 2 * SECOND, false)).isFalse();
        assertThat(clock.sampleInGap(21_000 * JOULE, 10 * SECOND, false)).isFalse();
        assertThat(clock.resets()).isZero();
        assertThat(clock.watts()).isNaN();
        assertThat(clock.joulesAt(10 * SECOND)).isEqualTo(21_000);
        assertThat(clock.knownUntilNanos(10 * SECOND)).isEqualTo(2 * SECOND);

        assertThat(clock.sampleInGap(42_000 * JOULE, 32 * SECOND, false)).isTrue();
        assertThat(clock.watts()).isEqualTo(700);
        assertThat(clock.stepNanos()).isEqualTo(30 * SECOND);
        assertThat(clock.knownUntilNanos(40 * SECOND)).isEqualTo(40 * SECOND);
        assertThat(clock.knownUntilNanos(100 * SECOND)).isEqualTo(92 * SECOND);
        assertThat(clock.joulesAt(100 * SECOND)).isEqualTo(42_000 + 60 * 700);
    }

    @Test
    void aCounterThatFellInAGapCountsAgainFromThere() {
        startAt(1_000);
        clock.sampleInGap(5 * JOULE, 100 * SECOND, false);
        assertThat(clock.resets()).isEqualTo(1);
        clock.sampleInGap(6 * JOULE, 101 * SECOND, false);
        clock.sampleInGap(7 * JOULE, 102 * SECOND, false);
        assertThat(clock.resets()).isEqualTo(1);
        assertThat(clock.joulesAtLastSample()).isEqualTo(2);
    }

    @Test
    void growsAtTheSmoothedPowerBetweenReadings() {
        startAt(0);
        clock.sample(100 * JOULE, SECOND);
        assertThat(clock.watts()).isEqualTo(100);
        assertThat(clock.joulesAt(SECOND)).isEqualTo(100);
        assertThat(clock.joulesAt(SECOND + SECOND / 4)).isEqualTo(125);
        // 100 + .25 x (300 - 100)
        clock.sample(400 * JOULE, 2 * SECOND);
        assertThat(clock.watts()).isEqualTo(150);
        assertThat(clock.joulesAt(2 * SECOND)).isEqualTo(400);
    }

    @Test
    void standsStillWhileItIsAheadAndNeverDecreases() {
        startAt(0);
        clock.sample(100 * JOULE, SECOND);
        assertThat(clock.joulesAt(2 * SECOND)).isEqualTo(200);
        // The device became idle: 10 J in that second. The smoothed power is 77.5 W.
        clock.sample(110 * JOULE, 2 * SECOND);
        assertThat(clock.joulesAt(2 * SECOND)).isEqualTo(200);
        assertThat(clock.joulesAt(3 * SECOND)).isEqualTo(200);
        clock.sample(120 * JOULE, 3 * SECOND);
        assertThat(clock.joulesAt(3 * SECOND)).isEqualTo(200);
        clock.sample(250 * JOULE, 4 * SECOND);
        assertThat(clock.joulesAt(4 * SECOND)).isEqualTo(250);
    }

    @Test
    void aFallOfTheCounterIsAResetAndAddsNothing() {
        startAt(900);
        clock.sample(1_000 * JOULE, SECOND);
        clock.sample(3 * JOULE, 2 * SECOND);
        assertThat(clock.resets()).isEqualTo(1);
        assertThat(clock.joulesAtLastSample()).isEqualTo(100);
        clock.sample(53 * JOULE, 3 * SECOND);
        assertThat(clock.joulesAtLastSample()).isEqualTo(150);
        assertThat(clock.resets()).isEqualTo(1);
    }

    @Test
    void anImpossibleStepOfTheCounterAddsNothing() {
        startAt(0);
        clock.sample(50_000_000 * JOULE, SECOND);
        assertThat(clock.resets()).isEqualTo(1);
        assertThat(clock.joulesAtLastSample()).isZero();
        clock.sample(50_000_010 * JOULE, 2 * SECOND);
        assertThat(clock.joulesAtLastSample()).isEqualTo(10);
        clock.sample(Long.MIN_VALUE, 3 * SECOND);
        clock.sample(Long.MAX_VALUE, 4 * SECOND);
        assertThat(clock.joulesAtLastSample()).isEqualTo(10);
    }

    @Test
    void wrapsAroundAtTheRange() {
        var rapl = new EnergyClock(262_143 * JOULE, 0);
        rapl.resume(262_100 * JOULE, 0);
        rapl.sample(57 * JOULE, SECOND);
        assertThat(rapl.joulesAtLastSample()).isCloseTo(100, within(1e-9));
        assertThat(rapl.resets()).isZero();
    }

    @Test
    void aFallTooLargeForAWrapAroundIsAReset() {
        var rapl = new EnergyClock(262_143 * JOULE, 0);
        rapl.resume(100_000 * JOULE, 0);
        // As a wrap-around it would be 162,243 J in a second.
        rapl.sample(100 * JOULE, SECOND);
        assertThat(rapl.resets()).isEqualTo(1);
        assertThat(rapl.joulesAtLastSample()).isZero();
    }

    private void startAt(long joules) {
        clock.resume(joules * JOULE, 0);
    }
}
