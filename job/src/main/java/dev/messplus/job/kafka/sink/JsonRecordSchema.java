package dev.messplus.job.kafka.sink;

import dev.messplus.record.Json;
import dev.messplus.record.RecordHeader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.util.function.SerializableFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes records as JSON, or as what a class of the user makes of the JSON. It sets no timestamp:
 * the producer sets the current time.
 *
 * @param <T> type of the records
 */
final class JsonRecordSchema<T> extends TopicSchema<T> {

    private final SerializableFunction<T, String> key;
    private final SerializableFunction<T, List<RecordHeader>> headers;
    private final SerializationSchema<String> format;
    private final int maxBytes;
    private final List<SerializableFunction<T, T>> shortenings;

    /**
     * A schema for a topic.
     *
     * @param format makes the value of a record of its JSON; {@code null} if the value is that
     * @param maxBytes largest value and headers that are written unchanged, in bytes
     * @param shortenings steps that make a larger record smaller, applied in this order until it
     *     fits
     */
    JsonRecordSchema(
            String topic,
            SerializableFunction<T, String> key,
            SerializableFunction<T, List<RecordHeader>> headers,
            SerializationSchema<String> format,
            int maxBytes,
            List<SerializableFunction<T, T>> shortenings) {
        super(topic);
        this.key = key;
        this.headers = headers;
        this.format = format;
        this.maxBytes = maxBytes;
        this.shortenings = shortenings;
    }

    @Override
    public void open(
            SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext)
            throws Exception {
        if (format != null) {
            format.open(context);
        }
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            T value, KafkaSinkContext context, Long timestamp) {
        byte[] keyBytes = key.apply(value).getBytes(StandardCharsets.UTF_8);
        T written = value;
        ProducerRecord<byte[], byte[]> kafka = record(keyBytes, written);
        for (SerializableFunction<T, T> shortening : shortenings) {
            if (bytes(kafka) <= maxBytes) {
                break;
            }
            written = shortening.apply(written);
            kafka = record(keyBytes, written);
        }
        return kafka;
    }

    private ProducerRecord<byte[], byte[]> record(byte[] keyBytes, T written) {
        return record(keyBytes, value(written), headers.apply(written));
    }

    private byte[] value(T written) {
        if (format == null) {
            return Json.bytes(written);
        }
        byte[] value = format.serialize(Json.text(written));
        if (value == null) {
            throw new IllegalStateException(
                    "%s returned null; it must make a value of every response"
                            .formatted(format.getClass().getName()));
        }
        return value;
    }
}
