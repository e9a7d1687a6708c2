package dev.messplus.job.kafka.source;

import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.kafka.common.TopicPartition;

/**
 * A reader whose partitions end where this run says. It checkpoints the partitions that it has read
 * to their end, too, so that a later job goes on from there. The connector forgets them.
 */
final class PartitionEndReader extends SourceDecorator.Reader<KafkaPartitionSplit> {

    private final PartitionEnd end;
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    PartitionEndReader(SourceReader<RawRecord, KafkaPartitionSplit> reader, PartitionEnd end) {
        super(reader);
        this.end = end;
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
        List<KafkaPartitionSplit> ending = splits.stream().map(end).toList();
        for (KafkaPartitionSplit split : ending) {
            // A negative offset stands for one that the connector looks up.
            split.getStoppingOffset()
                    .filter(offset -> offset >= 0)
                    .ifPresent(offset -> ends.put(split.getTopicPartition(), offset));
        }
        super.addSplits(ending);
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
        List<KafkaPartitionSplit> splits = new ArrayList<>(super.snapshotState(checkpointId));
        Map<TopicPartition, Long> read = new HashMap<>(ends);
        splits.forEach(split -> read.remove(split.getTopicPartition()));
        read.forEach((partition, at) -> splits.add(new KafkaPartitionSplit(partition, at, at)));
        return splits;
    }
}
