package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * The connector's bounded source, which also ends if it was restored, where this run ends.
 *
 * <p>A restored enumerator tells its readers that no more partitions follow. That of connector
 * 5.0.0 does so only if it finds a new partition (FLINK-31006). {@link RestoredEnumerator} can go
 * with the first connector that contains FLINK-31006.
 */
final class BoundedSource extends SourceDecorator {

    private final PartitionEnd end;

    BoundedSource(
            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source, PartitionEnd end) {
        super(source);
        this.end = end;
    }

    @Override
    SourceReader<RawRecord, KafkaPartitionSplit> decorate(
            SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context) {
        return new PartitionEndReader(reader, end);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
            throws Exception {
        return new RestoredEnumerator(super.restoreEnumerator(context, checkpoint), context);
    }

    private static final class RestoredEnumerator extends EnumeratorDecorator {

        private final SplitEnumeratorContext<KafkaPartitionSplit> context;
        private boolean discovered;

        RestoredEnumerator(
                SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
                SplitEnumeratorContext<KafkaPartitionSplit> context) {
            super(enumerator);
            this.context = context;
        }

        @Override
        public void start() {
            super.start();
            // Flink makes these calls one after the other. The connector discovers partitions in
            // its first call, and a second one looks up the offsets of those that are new.
            afterEarlierCalls(() -> afterEarlierCalls(this::endDiscovery));
        }

        private void afterEarlierCalls(Runnable action) {
            context.callAsync(() -> true, (done, failure) -> action.run());
        }

        private void endDiscovery() {
            discovered = true;
            context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
        }

        @Override
        public void addReader(int subtask) {
            super.addReader(subtask);
            if (discovered) {
                context.signalNoMoreSplits(subtask);
            }
        }
    }
}
