package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/** The connector's unbounded source, which also reads on if it was restored from a bounded run. */
final class UnboundedSource extends SourceDecorator {

    UnboundedSource(Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source) {
        super(source);
    }

    @Override
    SourceReader<RawRecord, KafkaPartitionSplit> decorate(
            SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context) {
        return new PartitionEndReader(reader, PartitionEnd.never());
    }
}
