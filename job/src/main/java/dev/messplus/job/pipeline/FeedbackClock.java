package dev.messplus.job.pipeline;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.util.clock.RelativeClock;

/**
 * The event time of the labels, by which requests wait for them. Its watermark is the time up to
 * which everything written to a topic, of feedback or of measurements, has been read.
 *
 * <ul>
 *   <li>While records arrive, the clock follows their timestamps: the median of the last {@link
 *       #WINDOW_RECORDS} of a partition, and the earliest while there are fewer. So it takes a
 *       majority of fast clocks to move it ahead of what has been read. A timestamp in the future
 *       counts as now.
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

    /**
     * Records of a partition whose timestamps are compared; odd. With 1, a single sender with a
     * fast clock would expire requests whose labels are in a backlog. More records resist more such
     * senders, and let requests expire later on a topic with few records: with 15, by up to 14
     * times the {@link #SLACK_MILLIS} after which the clock stops following records.
     */
    static final int WINDOW_RECORDS = 15;

    /** How long a reader may take to read its first record after a start. */
    static final long START_MILLIS = 30_000;

    private static final long UNKNOWN = Long.MIN_VALUE + SLACK_MILLIS + 1;

    private final Reader reader;

    /** Timestamps of the last records, the oldest of which is overwritten next. */
    private final long[] windowMillis = new long[WINDOW_RECORDS];

    private long records;
    private long latestMillis = UNKNOWN;
    private long lastReadMillis = Long.MIN_VALUE;

    private FeedbackClock(Reader reader) {
        this.reader = reader;
        reader.partitions.add(this);
    }

    /**
     * What the clocks of one reader share: those of its partitions and that of its main output,
     * which has no records of its own.
     */
    private static final class Reader {

        private final RelativeClock activity;
        private final Clock wall;

        private final List<FeedbackClock<?>> partitions = new ArrayList<>();

        private long lastReadMillis;

        Reader(RelativeClock activity, Clock wall) {
            this.activity = activity;
            this.wall = wall;
            lastReadMillis = activity.relativeTimeMillis() + START_MILLIS;
        }

        /**
         * The time that the partition with the latest records has reached, as of its last period.
         */
        long latestMillis() {
            long latest = UNKNOWN;
            for (FeedbackClock<?> partition : partitions) {
                latest = Math.max(latest, partition.latestMillis);
            }
            return latest;
        }
    }

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
        windowMillis[(int) (records++ % WINDOW_RECORDS)] = timestampMillis;
        lastReadMillis = reader.activity.relativeTimeMillis();
        reader.lastReadMillis = lastReadMillis;
    }

    private void followRecords() {
        if (records > 0) {
            long[] sorted = Arrays.copyOf(windowMillis, (int) Math.min(records, WINDOW_RECORDS));
            Arrays.sort(sorted);
            long readMillis = records < WINDOW_RECORDS ? sorted[0] : sorted[WINDOW_RECORDS / 2];
            latestMillis = Math.max(latestMillis, Math.min(readMillis, reader.wall.millis()));
        }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
        long nowMillis = reader.activity.relativeTimeMillis();
        followRecords();
        if (nowMillis - reader.lastReadMillis > SLACK_MILLIS) {
            latestMillis = Math.max(latestMillis, reader.wall.millis());
        } else if (lastReadMillis == Long.MIN_VALUE || nowMillis - lastReadMillis > SLACK_MILLIS) {
            latestMillis = Math.max(latestMillis, reader.latestMillis());
        }
        output.emitWatermark(new Watermark(latestMillis - SLACK_MILLIS - 1));
    }
}
