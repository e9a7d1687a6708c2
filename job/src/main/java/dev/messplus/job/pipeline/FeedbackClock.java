package dev.messplus.job.pipeline;

import java.time.Clock;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The clock by which requests wait for their labels: up to which time everything written to the
 * feedback topic has been read.
 *
 * <p>While records come it is their timestamp. A partition that is silent beside others follows
 * them. Once a whole reader has read nothing for a while, and was free to read, everything written
 * is read, and its clock follows the wall clock, so that labels that never come expire on a silent
 * topic too. After an outage the clock starts where reading starts: what was written in time is in
 * time. A timestamp of the future counts as now.
 *
 * @param <T> what the topic holds
 */
final class FeedbackClock<T> implements WatermarkGenerator<T> {

    /** How far records may be out of order, and how long silence is no proof of having read all. */
    static final long SLACK_MILLIS = 2_000;

    /** How long the first read after a start may take. */
    static final long START_MILLIS = 30_000;

    private static final long UNKNOWN = Long.MIN_VALUE + SLACK_MILLIS + 1;

    private final Reader reader;

    private long latestMillis = UNKNOWN;
    private long lastReadMillis = Long.MIN_VALUE;

    private FeedbackClock(Reader reader) {
        this.reader = reader;
    }

    /** What the partitions of one reader share, and its main output, on which no record comes. */
    private static final class Reader {

        private final RelativeClock activity;
        private final Clock wall;

        private long latestMillis = UNKNOWN;
        private long lastReadMillis;

        Reader(RelativeClock activity, Clock wall) {
            this.activity = activity;
            this.wall = wall;
            lastReadMillis = activity.relativeTimeMillis() + START_MILLIS;
        }
    }

    /** Makes the clocks of one reader. */
    static final class Supplier<T> implements WatermarkGeneratorSupplier<T> {

        private final Clock wall;
        private transient Reader reader;

        Supplier(Clock wall) {
            this.wall = wall;
        }

        @Override
        public FeedbackClock<T> createWatermarkGenerator(Context context) {
            if (reader == null) {
                reader = new Reader(context.getInputActivityClock(), wall);
            }
            return new FeedbackClock<>(reader);
        }
    }

    static <T> WatermarkStrategy<T> strategy() {
        // Serialised into every subtask, so each reader has a supplier of its own.
        Supplier<T> supplier = new Supplier<>(Clock.systemUTC());
        return supplier::createWatermarkGenerator;
    }

    @Override
    public void onEvent(T event, long timestampMillis, WatermarkOutput output) {
        latestMillis = Math.max(latestMillis, Math.min(timestampMillis, reader.wall.millis()));
        lastReadMillis = reader.activity.relativeTimeMillis();
        reader.latestMillis = Math.max(reader.latestMillis, latestMillis);
        reader.lastReadMillis = lastReadMillis;
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        long nowMillis = reader.activity.relativeTimeMillis();
        if (nowMillis - reader.lastReadMillis > SLACK_MILLIS) {
            latestMillis = Math.max(latestMillis, reader.wall.millis());
        } else if (lastReadMillis == Long.MIN_VALUE || nowMillis - lastReadMillis > SLACK_MILLIS) {
            latestMillis = Math.max(latestMillis, reader.latestMillis);
        }
        output.emitWatermark(new Watermark(latestMillis - SLACK_MILLIS - 1));
    }
}
