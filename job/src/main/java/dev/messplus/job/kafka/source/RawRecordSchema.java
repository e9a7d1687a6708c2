package dev.messplus.job.kafka.source;

import dev.messplus.record.RawRecord;
import dev.messplus.record.RawRecordBuilder;
import dev.messplus.record.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Passes records on unparsed with their keys and headers, so that an invalid one can become a dead
 * letter.
 */
class RawRecordSchema implements KafkaRecordDeserializationSchema<RawRecord> {

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> kafka, Collector<RawRecord> out) {
        out.collect(
                RawRecordBuilder.builder()
                        .topic(kafka.topic())
                        .partition(kafka.partition())
                        .offset(kafka.offset())
                        .timestampMillis(kafka.timestamp())
                        .headers(headers(kafka.headers()))
                        .key(kafka.key())
                        .value(kafka.value())
                        .build());
    }

    private static List<RecordHeader> headers(Headers headers) {
        List<RecordHeader> copies = new ArrayList<>();
        headers.forEach(header -> copies.add(new RecordHeader(header.key(), header.value())));
        return copies;
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return TypeInformation.of(RawRecord.class);
    }
}
