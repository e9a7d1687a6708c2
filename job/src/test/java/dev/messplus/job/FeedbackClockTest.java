package dev.messplus.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class FeedbackClockTest {

    private static final long NOW = 1_000_000_000;
    private static final long SLACK = FeedbackClock.SLACK_MILLIS;

    private final Time time = new Time();
    private final FeedbackClock<String> clock = new FeedbackClock<>(time, time);

    @Test
    void followsTimestampsWhileRecordsCome() {
        clock.onEvent("a", NOW - 500_000, null);
        assertThat(watermark()).isEqualTo(NOW - 500_000 - SLACK - 1);

        clock.onEvent("out of order", NOW - 600_000, null);
        assertThat(watermark()).isEqualTo(NOW - 500_000 - SLACK - 1);
    }

    @Test
    void saysNothingBeforeItKnowsAnything() {
        assertThat(watermark()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void followsTheWallClockOnceNothingIsLeftToRead() {
        clock.onEvent("a", NOW - 500_000, null);
        time.pass(SLACK + 1);
        assertThat(watermark()).isEqualTo(time.millis() - SLACK - 1);
    }

    @Test
    void standsStillWhileTheReaderIsHeldBack() {
        clock.onEvent("a", NOW - 500_000, null);
        time.passHeldBack(1_000_000);
        assertThat(watermark()).isEqualTo(NOW - 500_000 - SLACK - 1);
    }

    @Test
    void takesATimestampOfTheFutureForNow() {
        clock.onEvent("a", Long.MAX_VALUE, null);
        assertThat(watermark()).isEqualTo(NOW - SLACK - 1);
    }

    private long watermark() {
        long[] emitted = new long[1];
        clock.onPeriodicEmit(
                new WatermarkOutput() {
                    @Override
                    public void emitWatermark(Watermark watermark) {
                        emitted[0] = watermark.getTimestamp();
                    }

                    @Override
                    public void markIdle() {
                        throw new AssertionError("the only clock must never be idle");
                    }

                    @Override
                    public void markActive() {}
                });
        return emitted[0];
    }

    /** Wall clock and the reader's own, which stands still while the reader is held back. */
    private static final class Time extends Clock implements RelativeClock {

        private long wallMillis = NOW;
        private long readerMillis;

        void pass(long millis) {
            wallMillis += millis;
            readerMillis += millis;
        }

        void passHeldBack(long millis) {
            wallMillis += millis;
        }

        @Override
        public long relativeTimeMillis() {
            return readerMillis;
        }

        @Override
        public long relativeTimeNanos() {
            return readerMillis * 1_000_000;
        }

        @Override
        public long millis() {
            return wallMillis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(wallMillis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
