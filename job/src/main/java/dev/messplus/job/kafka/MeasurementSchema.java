package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Passes measurements on unparsed, without the markers of bounded runs. */
final class MeasurementSchema implements KafkaRecordDeserializationSchema<RawRecord> {

    private final RawRecordSchema records = new RawRecordSchema();

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
        if (!EndMarker.isMarker(kafka.value())) {
            records.deserialize(kafka, out);
        }
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return records.getProducedType();
    }
}
