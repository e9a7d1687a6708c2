package dev.messplus.job.kafka.source;

import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * The connector's source, whose partitions end where this run says, also if it was restored from a
 * run with other ends.
 *
 * <p>An enumerator of a bounded source signals to its readers that no more partitions follow. If it
 * was restored, that of connector 5.0.0 does so only if it finds a new partition (FLINK-31006).
 * {@link EndOfDiscovery} can go with the first connector that contains FLINK-31006.
 */
final class RunSource {

    private RunSource() {}

    static TopicSource of(
            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source, PartitionEnd end) {
        return new TopicSource(
                source,
                (reader, context) -> new PartitionEndReader(reader, end),
                source.getBoundedness() == Boundedness.BOUNDED
                        ? EndOfDiscovery::new
                        : (enumerator, context) -> enumerator);
    }

    private static final class EndOfDiscovery
            extends SourceDecorator.Enumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

        private final SplitEnumeratorContext<KafkaPartitionSplit> context;
        private boolean discovered;

        EndOfDiscovery(
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
