package dev.messplus.job.kafka.source;

import dev.messplus.job.kafka.lineage.TopicLineage;
import dev.messplus.job.source.SourceDecorator;
import dev.messplus.record.RawRecord;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.streaming.api.lineage.LineageVertex;

/** A source on Kafka whose readers and enumerators do more than those of another source. */
final class TopicSource extends SourceDecorator<KafkaPartitionSplit, KafkaSourceEnumState> {

    private final Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source;

    TopicSource(
            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source,
            Readers<KafkaPartitionSplit> readers,
            Enumerators<KafkaPartitionSplit, KafkaSourceEnumState> enumerators) {
        super(source, readers, enumerators);
        this.source = source;
    }

    @Override
    public LineageVertex getLineageVertex() {
        return TopicLineage.of(source);
    }
}
