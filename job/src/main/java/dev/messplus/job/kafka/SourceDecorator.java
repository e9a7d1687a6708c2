package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import java.io.Serializable;
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

/** A source on Kafka whose readers and enumerators do more than those of another source. */
final class SourceDecorator
        implements Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
                ResultTypeQueryable<RawRecord> {

    private final Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source;
    private final Readers readers;
    private final Enumerators enumerators;

    /** What becomes of a reader of the other source. */
    interface Readers extends Serializable {
        SourceReader<RawRecord, KafkaPartitionSplit> decorate(
                SourceReader<RawRecord, KafkaPartitionSplit> reader, SourceReaderContext context);
    }

    /** What becomes of an enumerator of the other source, new or restored. */
    interface Enumerators extends Serializable {
        SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> decorate(
                SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> enumerator,
                SplitEnumeratorContext<KafkaPartitionSplit> context);
    }

    SourceDecorator(
            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState> source,
            Readers readers,
            Enumerators enumerators) {
        this.source = source;
        this.readers = readers;
        this.enumerators = enumerators;
    }

    @Override
    public Boundedness getBoundedness() {
        return source.getBoundedness();
    }

    @Override
    public SourceReader<RawRecord, KafkaPartitionSplit> createReader(SourceReaderContext context)
            throws Exception {
        return readers.decorate(source.createReader(context), context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context) throws Exception {
        return enumerators.decorate(source.createEnumerator(context), context);
    }

    @Override
    public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
            SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
            throws Exception {
        return enumerators.decorate(source.restoreEnumerator(context, checkpoint), context);
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
