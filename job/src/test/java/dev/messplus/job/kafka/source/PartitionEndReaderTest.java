package dev.messplus.job.kafka.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.messplus.record.RawRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionEndReaderTest {

    private static final TopicPartition FIRST = new TopicPartition("requests", 0);
    private static final TopicPartition SECOND = new TopicPartition("requests", 1);

    private final Splits splits = new Splits();

    @Test
    void aPartitionEndsWhereThisRunEnds() {
        add(PartitionEnd.at(Map.of(FIRST, 9L)), split(FIRST, 5), split(SECOND, 6, 8));

        assertThat(splits.open)
                .extracting(KafkaPartitionSplit::toString)
                .containsExactly(split(FIRST, 5, 9).toString(), split(SECOND, 6, 8).toString());
    }

    @Test
    void aPartitionOfABoundedRunHasNoEndInAnUnboundedOne() {
        add(PartitionEnd.never(), split(FIRST, 5, 9));

        assertThat(splits.open)
                .singleElement()
                .satisfies(split -> assertThat(split.getStoppingOffset()).isEmpty());
    }

    @Test
    void aPartitionThatWasReadIsKeptInCheckpoints() {
        PartitionEndReader reader =
                add(
                        PartitionEnd.at(Map.of(FIRST, 9L, SECOND, 7L)),
                        split(FIRST, 5),
                        split(SECOND, KafkaPartitionSplit.EARLIEST_OFFSET));
        assertThat(reader.snapshotState(1)).isEqualTo(splits.open);

        splits.open.remove(1);

        assertThat(reader.snapshotState(2))
                .containsExactlyInAnyOrder(split(FIRST, 5, 9), split(SECOND, 7, 7));
    }

    /** Nothing shows where the connector found the end. */
    @Test
    void aPartitionWithoutAKnownEndIsNotKept() {
        PartitionEndReader reader =
                add(PartitionEnd.at(Map.of()), split(FIRST, 5, KafkaPartitionSplit.LATEST_OFFSET));
        splits.open.clear();

        assertThat(reader.snapshotState(1)).isEmpty();
    }

    private PartitionEndReader add(PartitionEnd end, KafkaPartitionSplit... added) {
        PartitionEndReader reader = new PartitionEndReader(splits, end);
        reader.addSplits(List.of(added));
        return reader;
    }

    private static KafkaPartitionSplit split(TopicPartition partition, long start) {
        return new KafkaPartitionSplit(partition, start);
    }

    private static KafkaPartitionSplit split(TopicPartition partition, long start, long end) {
        return new KafkaPartitionSplit(partition, start, end);
    }

    /** A reader that keeps the partitions it is given. */
    private static final class Splits implements SourceReader<RawRecord, KafkaPartitionSplit> {

        private final List<KafkaPartitionSplit> open = new ArrayList<>();

        @Override
        public void addSplits(List<KafkaPartitionSplit> splits) {
            open.addAll(splits);
        }

        @Override
        public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
            return List.copyOf(open);
        }

        @Override
        public void start() {}

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) {
            return InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return new CompletableFuture<>();
        }

        @Override
        public void notifyNoMoreSplits() {}

        @Override
        public void close() {}
    }
}
