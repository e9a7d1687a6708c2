package dev.messplus.bench;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The clients of a benchmark: a sender, and a reader of what is committed. */
public final class BenchKafka {

    private BenchKafka() {}

    /**
     * A sender.
     *
     * @param lingerMillis for which it collects records before it sends them
     */
    public static KafkaProducer<byte[], byte[]> producer(String bootstrap, int lingerMillis) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "linger.ms", lingerMillis),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** A reader of partitions from their beginning. */
    public static KafkaConsumer<byte[], byte[]> consumer(
            String bootstrap, List<TopicPartition> partitions) {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }
}
