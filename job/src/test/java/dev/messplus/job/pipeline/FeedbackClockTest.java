package dev.messplus.job.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.Test;

class FeedbackClockTest {

    private static final long NOW = 1_000_000_000;
    private static final long SLACK = FeedbackClock.SLACK_MILLIS;

    private final Time time = new Time();
    private final FeedbackClock.Supplier<String> reader = new FeedbackClock.Supplier<>(time);
    private final FeedbackClock<String> clock = partition();

    @Test
    void followsTimestampsWhileRecordsCome() {
        clock.onEvent("a", NOW - 500_000, null);
        assertThat(watermark(clock)).isEqualTo(NOW - 500_000 - SLACK - 1);

        clock.onEvent("out of order", NOW - 600_000, null);
        assertThat(watermark(clock)).isEqualTo(NOW - 500_000 - SLACK - 1);
    }

    @Test
    void emitsNoTimeBeforeTheFirstRecord() {
        time.pass(FeedbackClock.START_MILLIS);
        assertThat(watermark(clock)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void followsTheWallClockOnceNothingIsLeftToRead() {
        clock.onEvent("a", NOW - 500_000, null);
        time.pass(SLACK + 1);
        assertThat(watermark(clock)).isEqualTo(time.millis() - SLACK - 1);
    }

    @Test
    void followsTheWallClockOnATopicThatWasSilentFromTheStart() {
        time.pass(FeedbackClock.START_MILLIS + SLACK + 1);
        assertThat(watermark(clock)).isEqualTo(time.millis() - SLACK - 1);
    }

    @Test
    void aSilentPartitionFollowsTheOthersAndNotTheWallClockWhileABacklogIsRead() {
        FeedbackClock<String> silent = partition();
        for (int second = 0; second < 100; second++) {
            clock.onEvent("old", NOW - 500_000 + second, null);
            time.pass(1_000);
            assertThat(watermark(clock)).isEqualTo(watermark(silent)).isLessThan(NOW - 400_000);
        }
        assertThat(watermark(silent)).isGreaterThan(NOW - 510_000);
    }

    @Test
    void standsStillWhileTheReaderIsBackpressured() {
        clock.onEvent("a", NOW - 500_000, null);
        time.passBackpressured(1_000_000);
        assertThat(watermark(clock)).isEqualTo(NOW - 500_000 - SLACK - 1);
    }

    @Test
    void aSenderWithAFastClockMovesNothingWhileABacklogIsRead() {
        for (int second = 0; second < 100; second++) {
            long writtenMillis = NOW - 500_000 + second * 1_000L;
            clock.onEvent("label", writtenMillis, null);
            if (second % 3 == 0) {
                clock.onEvent("by a fast clock", writtenMillis + 3_600_000, null);
            }
            assertThat(watermark(clock)).isLessThan(writtenMillis);
        }
        assertThat(watermark(clock)).isGreaterThan(NOW - 420_000);
    }

    @Test
    void aSenderWithASlowClockHoldsNothingBack() {
        for (int second = 0; second < 100; second++) {
            clock.onEvent("label", NOW - 500_000 + second * 1_000L, null);
            if (second % 3 == 0) {
                clock.onEvent("by a slow clock", NOW - 9_000_000, null);
            }
        }
        assertThat(watermark(clock)).isGreaterThan(NOW - 420_000);
    }

    @Test
    void theFirstRecordsCountAsTheEarliestOfThem() {
        clock.onEvent("by a fast clock", NOW - 1, null);
        clock.onEvent("label", NOW - 500_000, null);
        assertThat(watermark(clock)).isEqualTo(NOW - 500_000 - SLACK - 1);
    }

    @Test
    void treatsAFutureTimestampAsNow() {
        clock.onEvent("a", Long.MAX_VALUE, null);
        assertThat(watermark(clock)).isEqualTo(NOW - SLACK - 1);
    }

    private FeedbackClock<String> partition() {
        return reader.createWatermarkGenerator(
                new WatermarkGeneratorSupplier.Context() {
                    @Override
                    public MetricGroup getMetricGroup() {
                        return null;
                    }

                    @Override
                    public RelativeClock getInputActivityClock() {
                        return time;
                    }
                });
    }

    private static long watermark(FeedbackClock<String> clock) {
        long[] emitted = new long[1];
        clock.onPeriodicEmit(
                new WatermarkOutput() {
                    @Override
                    public void emitWatermark(Watermark watermark) {
                        emitted[0] = watermark.getTimestamp();
                    }

                    @Override
                    public void markIdle() {
                        throw new AssertionError("the feedback stream must never be idle");
                    }

                    @Override
                    public void markActive() {}
                });
        return emitted[0];
    }

    /** The wall clock, and the clock of the reader, which stops while it is backpressured. */
    private static final class Time extends Clock implements RelativeClock {

        private long wallMillis = NOW;
        private long readerMillis;

        void pass(long millis) {
            wallMillis += millis;
            readerMillis += millis;
        }

        void passBackpressured(long millis) {
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
