package dev.messplus.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transaction of another producer on every partition of a topic, until closed. */
public final class OpenTransaction implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 600_000;

    private final KafkaProducer<byte[], byte[]> producer;

    private OpenTransaction(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Begins a transaction. Readers of committed records see neither what it writes nor what
     * follows it.
     */
    public static OpenTransaction on(String bootstrap, String topic) throws Exception {
        KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrap,
                                "transactional.id",
                                "open-" + topic,
                                "transaction.timeout.ms",
                                TIMEOUT_MILLIS),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        byte[] value = "aborted".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < producer.partitionsFor(topic).size(); i++) {
            producer.send(new ProducerRecord<>(topic, i, value, value)).get();
        }
        return new OpenTransaction(producer);
    }

    /** Aborts it. */
    @Override
    public void close() {
        producer.abortTransaction();
        producer.close();
    }
}
