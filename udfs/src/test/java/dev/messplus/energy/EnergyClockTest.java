package dev.messplus.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnergyClockTest {

    private static final long SECOND = 1_000_000_000;
    private static final long JOULE = 1_000_000;

    private final EnergyClock clock = new EnergyClock(Long.MAX_VALUE);

    @Test
    void startsAtZeroWhateverTheCounterSays() {
        clock.sample(123_456_789 * JOULE, 5 * SECOND);
        assertThat(clock.joulesAt(5 * SECOND)).isZero();
        assertThat(clock.joulesAt(500 * SECOND)).isZero();
        assertThat(clock.watts()).isNaN();
    }

    @Test
    void growsAtThePowerOfLateBetweenReadings() {
        clock.sample(0, 0);
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
    void standsStillWhereItHadRunAheadAndNeverFalls() {
        clock.sample(0, 0);
        clock.sample(100 * JOULE, SECOND);
        assertThat(clock.joulesAt(2 * SECOND)).isEqualTo(200);
        // The device fell idle: 10 J in that second, and 77.5 W is the power of late.
        clock.sample(110 * JOULE, 2 * SECOND);
        assertThat(clock.joulesAt(2 * SECOND)).isEqualTo(200);
        assertThat(clock.joulesAt(3 * SECOND)).isEqualTo(200);
        clock.sample(120 * JOULE, 3 * SECOND);
        assertThat(clock.joulesAt(3 * SECOND)).isEqualTo(200);
        clock.sample(250 * JOULE, 4 * SECOND);
        assertThat(clock.joulesAt(4 * SECOND)).isEqualTo(250);
    }

    @Test
    void aCounterThatFallsIsResetAndCostsNothing() {
        clock.sample(900 * JOULE, 0);
        clock.sample(1_000 * JOULE, SECOND);
        clock.sample(3 * JOULE, 2 * SECOND);
        assertThat(clock.resets()).isEqualTo(1);
        assertThat(clock.joulesAtLastSample()).isEqualTo(100);
        clock.sample(53 * JOULE, 3 * SECOND);
        assertThat(clock.joulesAtLastSample()).isEqualTo(150);
        assertThat(clock.resets()).isEqualTo(1);
    }

    @Test
    void aCounterThatLeapsCostsNothing() {
        clock.sample(0, 0);
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
    void wrapsAroundAtItsRange() {
        var rapl = new EnergyClock(262_143 * JOULE);
        rapl.sample(262_100 * JOULE, 0);
        rapl.sample(57 * JOULE, SECOND);
        assertThat(rapl.joulesAtLastSample()).isCloseTo(100, within(1e-9));
        assertThat(rapl.resets()).isZero();
    }

    @Test
    void aFallThatIsNoWrapIsAReset() {
        var rapl = new EnergyClock(262_143 * JOULE);
        rapl.sample(100_000 * JOULE, 0);
        // As a wrap it would be 162,243 J in a second.
        rapl.sample(100 * JOULE, SECOND);
        assertThat(rapl.resets()).isEqualTo(1);
        assertThat(rapl.joulesAtLastSample()).isZero();
    }
}
