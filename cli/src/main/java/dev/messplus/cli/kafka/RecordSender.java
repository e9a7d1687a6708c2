package dev.messplus.cli.kafka;

import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records. It gives up on a record that the broker does not take within seconds. */
public final class RecordSender implements AutoCloseable {

    private final KafkaAccess access;
    private final KafkaProducer<byte[], byte[]> producer;

    RecordSender(KafkaAccess access) {
        this.access = access;
        Properties properties = access.properties();
        int patienceMillis = (int) KafkaAccess.PATIENCE.toMillis();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, patienceMillis);
        if (!properties.containsKey(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
                && !properties.containsKey(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                && !properties.containsKey(ProducerConfig.LINGER_MS_CONFIG)) {
            properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patienceMillis);
            properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMillis / 2);
        }
        try {
            producer =
                    new KafkaProducer<>(
                            properties, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw access.explain(null, e);
        }
    }

    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record);
        } catch (KafkaException e) {
            throw access.explain(record.topic(), e);
        }
    }

    /** Sends all records that still wait, without waiting for more of them. */
    public void flush() {
        producer.flush();
    }

    /**
     * Where a record was written, once it is.
     *
     * @param what names the record in the error
     * @throws KafkaAccessException if the broker did not take it
     */
    public static RecordMetadata await(Future<RecordMetadata> sent, String what) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            throw new KafkaAccessException(
                    "%s: Kafka did not take it: %s".formatted(what, e.getCause().getMessage()),
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaAccessException("interrupted while waiting for Kafka", e);
        }
    }

    @Override
    public void close() {
        producer.close(KafkaAccess.PATIENCE);
    }
}
