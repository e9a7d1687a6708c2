package dev.messplus.job.kafka.source;

import dev.messplus.job.source.RawRecordOutput;
import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import dev.messplus.sharing.SharedResources;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.watermark.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.OperatorIOMetricGroup;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.runtime.metrics.groups.ProxyMetricGroup;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * A source whose {@code pendingRecords} is right also while it is held back: the records between
 * those that were emitted and the ends of the partitions, for which each reader asks the leaders
 * every second.
 *
 * <p>The connector's own metric is of the last fetch. A reader that is held back fetches seldom, of
 * some partitions not even once, and what it has fetched and not emitted is missing.
 */
final class PendingRecordsSource {

    private PendingRecordsSource() {}

    /**
     * A source that knows how many records it has not read.
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
                new SourceDecorator.Readers<>() {
                    @Override
                    public SourceReaderContext context(SourceReaderContext context) {
                        return new ConnectorContext(context);
                    }

                    @Override
                    public SourceReader<RawRecord, KafkaPartitionSplit> decorate(
                            SourceReader<RawRecord, KafkaPartitionSplit> reader,
                            SourceReaderContext context) {
                        return new CountingReader(reader, name, leaders, context.metricGroup());
                    }
                },
                (enumerator, context) -> enumerator);
    }

    /**
     * Opens nothing before it is used: in a task that had finished before a restore, Flink creates
     * a reader, and neither starts nor closes it.
     */
    private static final class CountingReader extends SourceDecorator.Reader<KafkaPartitionSplit> {

        private final String name;
        private final SerializableSupplier<Leaders> connect;
        private final SourceReaderMetricGroup metrics;
        private final Map<TopicPartition, Unread> partitions = new ConcurrentHashMap<>();
        private Leaders leaders;

        /** Open once there are partitions. */
        private SharedResources.Use<FetchedRanges.Gaps> gaps;

        private volatile boolean closed;
        private ReaderOutput<RawRecord> output;

        /** The offsets of a partition that were not emitted. */
        private static final class Unread {

            private static final long NEVER = Long.MAX_VALUE;

            /**
             * The first of them, or a negative number for one that the connector looks up. Only a
             * savepoint of an earlier version has {@link KafkaPartitionSplit#COMMITTED_OFFSET}:
             * then nothing is known before the first record.
             */
            private volatile long next;

            /** Where the partition begins and ends, as far as is known. */
            private volatile long start;

            private volatile long end;

            /** Where the reader stops. */
            private final long stop;

            Unread(KafkaPartitionSplit split) {
                next = split.getStartingOffset();
                stop = split.getStoppingOffset().filter(offset -> offset >= 0).orElse(NEVER);
            }

            /** The first offset of those that were not emitted, without what was deleted. */
            long next() {
                return Math.max(next, start);
            }

            /** Their number, if those below an offset are not among them. */
            long from(long offset) {
                return next == KafkaPartitionSplit.COMMITTED_OFFSET
                        ? 0
                        : Math.max(0, Math.min(end, stop) - offset);
            }
        }

        CountingReader(
                SourceReader<RawRecord, KafkaPartitionSplit> reader,
                String name,
                SerializableSupplier<Leaders> connect,
                SourceReaderMetricGroup metrics) {
            super(reader);
            this.name = name;
            this.connect = connect;
            this.metrics = metrics;
        }

        @Override
        public void start() {
            metrics.setPendingRecordsGauge(this::pendingRecords);
            leaders = connect.get();
            askForEnds();
            super.start();
        }

        @Override
        public void addSplits(List<KafkaPartitionSplit> splits) {
            if (gaps == null) {
                gaps = FetchedRanges.of(name);
            }
            for (KafkaPartitionSplit split : splits) {
                partitions.put(split.getTopicPartition(), new Unread(split));
                gaps.get().begin(split.getTopicPartition(), Math.max(0, split.getStartingOffset()));
            }
            super.addSplits(splits);
        }

        private void askForEnds() {
            var unused = leaders.nextEnds(Set.copyOf(partitions.keySet())).thenAccept(this::note);
        }

        /** A partition whose leader does not answer keeps the end that is known. */
        private void note(LogEnds ends) {
            ends.offsets().forEach((partition, end) -> partitions.get(partition).end = end);
            ends.starts().forEach((partition, start) -> partitions.get(partition).start = start);
            if (!closed) {
                askForEnds();
            }
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> to) throws Exception {
            if (output == null) {
                output = RawRecordOutput.of(to, this::read);
            }
            return super.pollNext(output);
        }

        private boolean read(RawRecord record) {
            partitions.get(new TopicPartition(record.topic(), record.partition())).next =
                    record.offset() + 1;
            return true;
        }

        private long pendingRecords() {
            long records = 0;
            for (Map.Entry<TopicPartition, Unread> entry : partitions.entrySet()) {
                Unread unread = entry.getValue();
                records += unread.from(gaps.get().after(entry.getKey(), unread.next()));
            }
            return records;
        }

        @Override
        public void close() throws Exception {
            closed = true;
            IOUtils.closeAll(gaps, leaders, super::close);
        }
    }

    /** The context of the connector's reader, whose own metric is not registered. */
    private record ConnectorContext(SourceReaderContext context) implements SourceReaderContext {

        @Override
        public SourceReaderMetricGroup metricGroup() {
            return new OtherMetrics(context.metricGroup());
        }

        @Override
        public Configuration getConfiguration() {
            return context.getConfiguration();
        }

        @Override
        public String getLocalHostName() {
            return context.getLocalHostName();
        }

        @Override
        public int getIndexOfSubtask() {
            return context.getIndexOfSubtask();
        }

        @Override
        public void sendSplitRequest() {
            context.sendSplitRequest();
        }

        @Override
        public void sendSourceEventToCoordinator(SourceEvent event) {
            context.sendSourceEventToCoordinator(event);
        }

        @Override
        public UserCodeClassLoader getUserCodeClassLoader() {
            return context.getUserCodeClassLoader();
        }

        @Override
        public int currentParallelism() {
            return context.currentParallelism();
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            context.emitWatermark(watermark);
        }
    }

    private static final class OtherMetrics extends ProxyMetricGroup<SourceReaderMetricGroup>
            implements SourceReaderMetricGroup {

        OtherMetrics(SourceReaderMetricGroup metrics) {
            super(metrics);
        }

        @Override
        public void setPendingRecordsGauge(Gauge<Long> pendingRecords) {
            // Flink keeps the first gauge of a name, and warns of a second one.
        }

        @Override
        public void setPendingBytesGauge(Gauge<Long> pendingBytes) {
            parentMetricGroup.setPendingBytesGauge(pendingBytes);
        }

        @Override
        public Counter getNumRecordsInErrorsCounter() {
            return parentMetricGroup.getNumRecordsInErrorsCounter();
        }

        @Override
        public OperatorIOMetricGroup getIOMetricGroup() {
            return parentMetricGroup.getIOMetricGroup();
        }
    }
}
