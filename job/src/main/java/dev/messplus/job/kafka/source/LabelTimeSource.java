package dev.messplus.job.kafka.source;

import dev.messplus.job.source.RawRecordOutput;
import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import dev.messplus.sharing.SharedResources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of labels, of feedback or of measurements. Its watermark is the time up to which
 * everything that was written to the topic has been read, by which requests wait for labels: a
 * label that was written in time is in time, whenever it can be read.
 *
 * <p>A reader asks the leaders of its partitions every second where these end. When it has reached
 * the end of a time, it has read everything that was written before. So the timestamps of records
 * do not matter, and a clock that jumps ahead matters only once every request that was decided
 * before has had its time.
 *
 * <p>The time of a reader stands still while a partition has no leader, no broker answers, a
 * transaction is open, or the reader is backpressured. A reader without partitions is idle.
 */
final class LabelTimeSource {

    /** For how long a partition cannot be read on before the log says so. */
    private static final long WARN_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private static final Logger LOG = LoggerFactory.getLogger(LabelTimeSource.class);

    private LabelTimeSource() {}

    /**
     * A source of labels.
     *
     * @param name the source, as its consumers have it in {@link FetchedRanges#SOURCE}
     * @param leaders connects a reader to the leaders of its topic
     */
    static TopicSource of(
            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source,
            String name,
            SerializableSupplier<Leaders> leaders) {
        return new TopicSource(
                source,
                (reader, context) -> new LabelTimeReader(reader, name, leaders),
                (enumerator, context) -> enumerator);
    }

    /**
     * Opens nothing before it is used: in a task that had finished before a restore, Flink creates
     * a reader, and neither starts nor closes it.
     */
    static final class LabelTimeReader extends SourceDecorator.Reader<KafkaPartitionSplit> {

        private final String name;
        private final SerializableSupplier<Leaders> connect;
        private final Map<TopicPartition, ReadProgress> partitions = new HashMap<>();
        private Leaders leaders;

        /** Open once there are partitions. */
        private SharedResources.Use<FetchedRanges.Gaps> gaps;

        /** The next tick, which brings the ends of all partitions. */
        private CompletableFuture<LogEnds> tick;

        private ReaderOutput<RawRecord> output;
        private boolean idle;

        /** Number of records since the last tick. */
        private long records;

        LabelTimeReader(
                SourceReader<RawRecord, KafkaPartitionSplit> reader,
                String name,
                SerializableSupplier<Leaders> connect) {
            super(reader);
            this.name = name;
            this.connect = connect;
        }

        @Override
        public void start() {
            super.start();
            leaders = connect.get();
            awaitTick();
        }

        @Override
        public void addSplits(List<KafkaPartitionSplit> splits) {
            if (gaps == null) {
                gaps = FetchedRanges.of(name);
            }
            for (KafkaPartitionSplit split : splits) {
                // A negative offset stands for one that the connector looks up. There is nothing
                // to read before that.
                long offset = Math.max(0, split.getStartingOffset());
                partitions.put(split.getTopicPartition(), new ReadProgress(offset, nowMillis()));
                gaps.get().begin(split.getTopicPartition(), offset);
            }
            super.addSplits(splits);
        }

        private void awaitTick() {
            tick = leaders.nextEnds(Set.copyOf(partitions.keySet()));
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> to) throws Exception {
            if (output == null) {
                output = RawRecordOutput.of(to, this::read);
            }
            InputStatus status = super.pollNext(output);
            if (tick.isDone()) {
                LogEnds ends = tick.join();
                boolean reads = records > 0 || status == InputStatus.NOTHING_AVAILABLE;
                partitions.forEach((partition, progress) -> note(partition, progress, ends, reads));
                records = 0;
                emitTime(to);
                awaitTick();
            }
            return status;
        }

        /** Notes what was read, and drops the marks by which bounded runs end. */
        private boolean read(RawRecord record) {
            records++;
            partitions
                    .get(new TopicPartition(record.topic(), record.partition()))
                    .read(record.offset() + 1);
            return !EndMarker.isMarker(record.value());
        }

        private void note(
                TopicPartition partition, ReadProgress progress, LogEnds ends, boolean reads) {
            long heldBefore = progress.heldMillis();
            progress.read(gaps.get().after(partition, progress.next()));
            progress.tick(ends.of(partition), ends.asOfMillis(), nowMillis(), reads);
            if (progress.heldMillis() >= WARN_MILLIS && heldBefore < WARN_MILLIS) {
                LOG.warn(
                        "{} cannot be read on from offset {}: {}. Requests wait for their labels meanwhile",
                        partition,
                        progress.next(),
                        ends.of(partition) == LogEnds.UNKNOWN
                                ? "its leader does not answer"
                                : "a transaction is open");
            } else if (progress.heldMillis() == 0 && heldBefore >= WARN_MILLIS) {
                LOG.info("{} is read on", partition);
            }
        }

        private static long nowMillis() {
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        }

        private void emitTime(ReaderOutput<RawRecord> to) {
            if (partitions.isEmpty()) {
                to.markIdle();
                idle = true;
                return;
            }
            if (idle) {
                to.markActive();
                idle = false;
            }
            long readMillis =
                    partitions.values().stream()
                            .mapToLong(ReadProgress::readMillis)
                            .min()
                            .getAsLong();
            if (readMillis != ReadProgress.UNKNOWN) {
                to.emitWatermark(new Watermark(readMillis - 1));
            }
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.anyOf(super.isAvailable(), tick).thenApply(any -> null);
        }

        @Override
        public void close() throws Exception {
            IOUtils.closeAll(gaps, leaders, super::close);
        }
    }
}
