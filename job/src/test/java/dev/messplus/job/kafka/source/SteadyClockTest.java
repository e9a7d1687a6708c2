package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.util.clock.Clock;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final long NOW = 1_000_000_000;
    private static final long WINDOW = 60_000;
    private static final long HOUR = 3_600_000;

    private final SetClock wall = new SetClock();
    private final SteadyClock clock = new SteadyClock(wall, WINDOW);

    @Test
    void isTheWallClockThatNobodySets() {
        for (int second = 0; second < 1_000; second++) {
            assertThat(clock.millis()).isEqualTo(NOW + second * 1_000);
            wall.pass(1_000);
        }
    }

    @Test
    void aJumpAheadCountsOnceItHasLasted() {
        clock.millis();
        wall.jump(HOUR);

        for (long passed = 1_000; passed <= WINDOW; passed += 1_000) {
            wall.pass(1_000);
            assertThat(clock.millis()).isEqualTo(NOW + passed);
        }

        wall.pass(1_000);
        assertThat(clock.millis()).isEqualTo(NOW + HOUR + WINDOW + 1_000);
    }

    @Test
    void aJumpAheadThatIsTakenBackNeverCounts() {
        clock.millis();
        wall.jump(HOUR);
        wall.pass(1_000);
        clock.millis();
        wall.jump(-HOUR);

        for (long passed = 1_000; passed < 3 * WINDOW; passed += 1_000) {
            assertThat(clock.millis()).isEqualTo(NOW + passed);
            wall.pass(1_000);
        }
    }

    @Test
    void aJumpBackCountsAtOnce() {
        clock.millis();
        wall.jump(-HOUR);
        wall.pass(1_000);

        assertThat(clock.millis()).isEqualTo(NOW - HOUR + 1_000);
    }

    @Test
    void aClockThatRunsFastIsFollowed() {
        for (int second = 0; second < 1_000; second++) {
            assertThat(clock.millis()).isBetween(NOW + second * 1_000, wall.absoluteTimeMillis());
            wall.pass(1_000);
            wall.jump(1);
        }
        assertThat(wall.absoluteTimeMillis() - clock.millis()).isLessThanOrEqualTo(WINDOW / 1_000);
    }

    /** A clock that can be set. */
    static final class SetClock extends Clock {

        private long wallMillis = NOW;
        private long elapsedMillis;

        void pass(long millis) {
            wallMillis += millis;
            elapsedMillis += millis;
        }

        void jump(long millis) {
            wallMillis += millis;
        }

        @Override
        public long absoluteTimeMillis() {
            return wallMillis;
        }

        @Override
        public long relativeTimeMillis() {
            return elapsedMillis;
        }

        @Override
        public long relativeTimeNanos() {
            return elapsedMillis * 1_000_000;
        }
    }
}
