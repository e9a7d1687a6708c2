package dev.messplus.job.kafka.source;

import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.kafka.common.TopicPartition;

/** A reader of records that a test adds. */
final class ReaderOfGivenRecords implements SourceReader<RawRecord, KafkaPartitionSplit> {

    private final Queue<RawRecord> left = new ArrayDeque<>();
    private CompletableFuture<Void> available = new CompletableFuture<>();

    void add(TopicPartition partition, long... offsets) {
        add(partition, "{}".getBytes(StandardCharsets.UTF_8), offsets);
    }

    void add(TopicPartition partition, byte[] value, long... offsets) {
        for (long offset : offsets) {
            left.add(
                    RawRecordBuilder.builder()
                            .topic(partition.topic())
                            .partition(partition.partition())
                            .offset(offset)
                            .value(value)
                            .build());
        }
        available.complete(null);
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RawRecord> to) {
        RawRecord next = left.poll();
        if (next != null) {
            to.createOutputForSplit("any").collect(next, 0);
        }
        if (!left.isEmpty()) {
            return InputStatus.MORE_AVAILABLE;
        }
        available = new CompletableFuture<>();
        return InputStatus.NOTHING_AVAILABLE;
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
        return available;
    }

    @Override
    public void start() {}

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {}

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        return List.of();
    }

    @Override
    public void notifyNoMoreSplits() {}

    @Override
    public void close() {}
}
