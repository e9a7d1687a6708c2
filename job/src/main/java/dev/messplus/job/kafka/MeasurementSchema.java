package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Passes measurements on unparsed, drops end markers, and remembers whether it has read the marker
 * of its own run.
 */
final class MeasurementSchema implements KafkaRecordDeserializationSchema<RawRecord> {

    private final EndMarker marker;
    private final RawRecordSchema records = new RawRecordSchema();

    private transient boolean ended;

    MeasurementSchema(EndMarker marker) {
        this.marker = marker;
    }

    /** Whether the marker of this run has been read. */
    boolean ended() {
        return ended;
    }

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
        if (EndMarker.isMarker(kafka.value())) {
            ended |= marker.matches(kafka.value());
        } else {
            records.deserialize(kafka, out);
        }
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return records.getProducedType();
    }
}
