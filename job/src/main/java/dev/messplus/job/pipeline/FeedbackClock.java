package dev.messplus.job.pipeline;

import java.time.Clock;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The event time of the feedback stream, by which requests wait for their labels. Its watermark is
 * the time up to which everything written to the feedback topic has been read.
 *
 * <ul>
 *   <li>While records arrive, the clock follows their timestamps. A timestamp in the future counts
 *       as now.
 *   <li>A partition without records follows the other partitions of its reader.
 *   <li>A reader that was free to read and has read nothing for {@link #SLACK_MILLIS} has read
 *       everything. Its clock follows the wall clock, so that requests expire on a silent topic
 *       too.
 *   <li>After a restart the clock resumes where the reader does: a label that was written in time
 *       is in time, however long the job was down.
 * </ul>
 *
 * @param <T> type of the records
 */
final class FeedbackClock<T> implements WatermarkGenerator<T> {

    /**
     * How far records may be out of order, and how long a reader must have read nothing to count as
     * having read everything.
     */
    static final long SLACK_MILLIS = 2_000;

    /** How long a reader may take to read its first record after a start. */
    static final long START_MILLIS = 30_000;

    private static final long UNKNOWN = Long.MIN_VALUE + SLACK_MILLIS + 1;

    private final Reader reader;

    private long latestMillis = UNKNOWN;
    private long lastReadMillis = Long.MIN_VALUE;

    private FeedbackClock(Reader reader) {
        this.reader = reader;
    }

    /**
     * What the clocks of one reader share: those of its partitions and that of its main output,
     * which has no records of its own.
     */
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

    /** Creates the clocks of one reader. */
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
        // Flink serialises the supplier into every subtask, so each reader has its own.
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
