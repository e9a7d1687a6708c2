package dev.messplus.job.kafka;

import dev.messplus.record.RawRecord;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Passes measurements on unparsed, without the markers of bounded runs. */
final class MeasurementSchema extends RawRecordSchema {

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
        if (!EndMarker.isMarker(kafka.value())) {
            super.deserialize(kafka, out);
        }
    }
}
