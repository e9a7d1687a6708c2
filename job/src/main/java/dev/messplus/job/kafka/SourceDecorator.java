package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** A source on Kafka that does what another one does. */
abstract class SourceDecorator
        implements Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<RawRecord> {

    private final Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source;

    SourceDecorator(Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source) {
        this.source = source;
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    /** The reader of this source, given that of the other one. */
    SourceReader<RawRecord, KafkaPartitionSplit> decorate(
            SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context) {
        return reader;
    }

    /** The enumerator of this source, new or restored, given that of the other one. */
    SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> decorate(
            SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
            SplitEnumeratorContext<KafkaPartitionSplit> context) {
        return enumerator;
    }

    @Override
    public final SourceReader<RawRecord, KafkaPartitionSplit> createReader(
            SourceReaderContext context) throws Exception {
        return decorate(source.createReader(context), context);
    }

    @Override
    public final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) throws Exception {
        return decorate(source.createEnumerator(context), context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
            throws Exception {
        return decorate(source.restoreEnumerator(context, checkpoint), context);
    }

    @Override
    public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
        return source.getSplitSerializer();
    }

    @Override
    public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
        return source.getEnumeratorCheckpointSerializer();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return TypeInformation.of(RawRecord.class);
    }
}
