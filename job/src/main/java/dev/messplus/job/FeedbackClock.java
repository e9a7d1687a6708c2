package dev.messplus.job;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The clock by which requests wait for their labels: up to which time everything written to the
 * feedback topic has been read.
 *
 * <p>While records come it is their timestamp. Once none has come for a while, with the reader free
 * to read, everything written is read, and the clock follows the wall clock, so that labels that
 * never come expire on a silent topic too. After an outage it starts where reading starts: what was
 * written in time is in time. A timestamp of the future counts as now.
 *
 * @param <T> what the topic holds
 */
final class FeedbackClock<T> implements WatermarkGenerator<T> {

    /** How far records may be out of order, and how long silence is no proof of having read all. */
    static final long SLACK_MILLIS = 2_000;

    private final RelativeClock readerClock;
    private final java.time.Clock wallClock;

    private long latestMillis = Long.MIN_VALUE + SLACK_MILLIS + 1;
    private long lastReadMillis;

    FeedbackClock(RelativeClock readerClock, java.time.Clock wallClock) {
        this.readerClock = readerClock;
        this.wallClock = wallClock;
        this.lastReadMillis = readerClock.relativeTimeMillis();
    }

    static <T> WatermarkStrategy<T> strategy() {
        return WatermarkStrategy.forGenerator(
                context ->
                        new FeedbackClock<>(
                                context.getInputActivityClock(), java.time.Clock.systemUTC()));
    }

    @Override
    public void onEvent(T event, long timestampMillis, WatermarkOutput output) {
        latestMillis = Math.max(latestMillis, Math.min(timestampMillis, wallClock.millis()));
        lastReadMillis = readerClock.relativeTimeMillis();
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        if (readerClock.relativeTimeMillis() - lastReadMillis > SLACK_MILLIS) {
            latestMillis = Math.max(latestMillis, wallClock.millis());
        }
        output.emitWatermark(new Watermark(latestMillis - SLACK_MILLIS - 1));
    }
}
