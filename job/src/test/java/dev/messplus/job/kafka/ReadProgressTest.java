package dev.messplus.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadProgressTest {

    private static final long NOW = 1_000_000_000;
    private static final long TICK = LabelTimeSource.TICK_MILLIS;

    private final ReadProgress progress = new ReadProgress(10);

    @Test
    void nothingIsKnownBeforeTheFirstEnd() {
        progress.read(20);
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    @Test
    void theTimeIsThatOfTheLastEndThatWasReached() {
        progress.tick(12, NOW, false);
        progress.tick(15, NOW + TICK, false);
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
            progress.tick(10, NOW + second * TICK, true);
            assertThat(progress.readMillis()).isEqualTo(NOW + second * TICK);
        }
    }

    /** It may begin where records were deleted since, or where the connector finds out. */
    @Test
    void aPartitionWithoutRecordsHasBeenRead() {
        ReadProgress unknown = new ReadProgress(-2);
        unknown.tick(0, NOW, true);
        assertThat(unknown.readMillis()).isEqualTo(NOW);
    }

    @Test
    void theTimeStandsStillWhileTheEndIsUnknownOrCannotBeReached() {
        progress.tick(10, NOW, true);
        for (int second = 1; second <= ReadProgress.MAX_HELD_TICKS; second++) {
            progress.tick(second % 2 == 0 ? LogEnds.UNKNOWN : 11, NOW + second * TICK, true);
            assertThat(progress.readMillis()).isEqualTo(NOW);
        }
        assertThat(progress.heldTicks()).isEqualTo(ReadProgress.MAX_HELD_TICKS);
    }

    @Test
    void requestsDoNotWaitForEverForAPartitionThatIsLost() {
        progress.tick(10, NOW, true);
        for (int second = 1; second <= 2 * ReadProgress.MAX_HELD_TICKS; second++) {
            progress.tick(LogEnds.UNKNOWN, NOW + second * TICK, true);
        }
        assertThat(progress.readMillis()).isEqualTo(NOW + ReadProgress.MAX_HELD_TICKS * TICK);
    }

    @Test
    void aBacklogIsNoLostPartition() {
        for (int second = 1; second <= 2 * ReadProgress.MAX_HELD_TICKS; second++) {
            progress.read(10 + second);
            progress.tick(1_000_000, NOW + second * TICK, true);
        }
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    @Test
    void aReaderThatIsBackpressuredIsNotLost() {
        for (int second = 1; second <= 2 * ReadProgress.MAX_HELD_TICKS; second++) {
            progress.tick(11, NOW + second * TICK, false);
        }
        assertThat(progress.readMillis()).isEqualTo(ReadProgress.UNKNOWN);
    }

    /** Each second brings ten records, and the reader is a day behind. */
    @Test
    void aReaderThatIsFarBehindKnowsItsTimeToAThirtiethOfWhatItIsBehind() {
        int day = 86_400;
        for (int second = 0; second < day; second++) {
            progress.tick(10 + 10L * second, NOW + second * TICK, false);
        }
        for (int second = 0; second < day; second++) {
            progress.read(10 + 10L * second);
            long lag = NOW + second * TICK - progress.readMillis();
            assertThat(lag).isBetween(0L, day * TICK / 30);
        }
        progress.tick(10 + 10L * (day - 1), NOW + day * TICK, true);
        assertThat(progress.readMillis()).isEqualTo(NOW + day * TICK);
    }
}
