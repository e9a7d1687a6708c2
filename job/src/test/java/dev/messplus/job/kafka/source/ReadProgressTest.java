package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadProgressTest {

    private static final long NOW = 1_000_000_000;
    private static final long TICK = Leaders.TICK_MILLIS;
    private static final int HELD_TICKS = (int) (ReadProgress.MAX_HELD_MILLIS / TICK);

    private long nowMillis;

    private final ReadProgress progress = new ReadProgress(10, 0);

    @Test
    void nothingIsKnownBeforeTheFirstEnd() {
        progress.read(20);
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    @Test
    void theTimeIsThatOfTheLastEndThatWasReached() {
        tick(progress, 12, NOW, false);
        tick(progress, 15, NOW + TICK, false);
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);

        progress.read(12);
        assertThat(progress.readMillis()).isEqualTo(NOW);
        progress.read(14);
        assertThat(progress.readMillis()).isEqualTo(NOW);
        progress.read(16);
        assertThat(progress.readMillis()).isEqualTo(NOW + TICK);
    }

    @Test
    void theTimeGoesOnAtTheEndOfASilentPartition() {
        for (int second = 0; second < 10; second++) {
            tick(progress, 10, NOW + second * TICK, true);
            assertThat(progress.readMillis()).isEqualTo(NOW + second * TICK);
        }
    }

    /** It may begin where records were deleted since, or where the connector finds out. */
    @Test
    void aPartitionWithoutRecordsHasBeenRead() {
        ReadProgress unknown = new ReadProgress(0, 0);
        tick(unknown, 0, NOW, true);
        assertThat(unknown.readMillis()).isEqualTo(NOW);
    }

    @Test
    void theTimeStandsStillWhileTheEndIsUnknownOrCannotBeReached() {
        tick(progress, 10, NOW, true);
        for (int second = 1; second <= HELD_TICKS; second++) {
            tick(progress, second % 2 == 0 ? LogEnds.UNKNOWN : 11, NOW + second * TICK, true);
            assertThat(progress.readMillis()).isEqualTo(NOW);
        }
        assertThat(progress.heldMillis()).isEqualTo(ReadProgress.MAX_HELD_MILLIS);
    }

    @Test
    void requestsDoNotWaitForEverForAPartitionThatIsLost() {
        tick(progress, 10, NOW, true);
        for (int second = 1; second <= 2 * HELD_TICKS; second++) {
            tick(progress, LogEnds.UNKNOWN, NOW + second * TICK, true);
        }
        assertThat(progress.readMillis()).isEqualTo(NOW + ReadProgress.MAX_HELD_MILLIS);
    }

    @Test
    void aBacklogIsNoLostPartition() {
        for (int second = 1; second <= 2 * HELD_TICKS; second++) {
            progress.read(10 + second);
            tick(progress, 1_000_000, NOW + second * TICK, true);
        }
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    @Test
    void aReaderThatIsBackpressuredIsNotLost() {
        for (int second = 1; second <= 2 * HELD_TICKS; second++) {
            tick(progress, 11, NOW + second * TICK, false);
        }
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    /** Each second brings ten records, and the reader is a day behind. */
    @Test
    void aReaderThatIsFarBehindKnowsItsTimeToAThirtiethOfWhatItIsBehind() {
        int day = 86_400;
        for (int second = 0; second < day; second++) {
            tick(progress, 10 + 10L * second, NOW + second * TICK, false);
        }
        for (int second = 0; second < day; second++) {
            progress.read(10 + 10L * second);
            long lag = NOW + second * TICK - progress.readMillis();
            assertThat(lag).isBetween(0L, day * TICK / 30);
        }
        tick(progress, 10 + 10L * (day - 1), NOW + day * TICK, true);
        assertThat(progress.readMillis()).isEqualTo(NOW + day * TICK);
    }

    /** An answer may take seconds. */
    @Test
    void theTimeThatIsHeldIsNoNumberOfTicks() {
        tick(progress, 10, NOW, true);
        for (int tick = 1; tick <= HELD_TICKS / 3 + 1; tick++) {
            nowMillis += 2 * TICK;
            tick(progress, LogEnds.UNKNOWN, NOW + 3 * tick * TICK, true);
        }
        assertThat(progress.readMillis()).isGreaterThan(NOW);
    }

    /** Records were deleted up to the end, which readers do not hear of. */
    @Test
    void anEndThatIsLowerThanBeforeTakesThePlaceOfTheOther() {
        tick(progress, 15, NOW, true);
        tick(progress, 0, NOW + TICK, true);

        assertThat(progress.readMillis()).isEqualTo(NOW + TICK);
    }

    /** A second passes before each. */
    private void tick(ReadProgress of, long end, long asOfMillis, boolean reads) {
        nowMillis += TICK;
        of.tick(end, asOfMillis, nowMillis, reads);
    }
}
