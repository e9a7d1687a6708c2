package dev.messplus.batch.kafka;

import dev.messplus.job.config.KafkaSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The clients of a batch, which have no consumer group: the batch keeps its positions itself. */
public final class BatchTopics {

    /**
     * How long a batch waits for a broker that is away, before it gives up. The same command then
     * goes on where it was.
     */
    private static final Duration OUTAGE = Duration.ofHours(1);

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final KafkaSection kafka;

    /** The topics named in {@code kafka}. */
    public BatchTopics(KafkaSection kafka) {
        this.kafka = kafka;
    }

    /** The topic to which lines are sent. */
    public String requests() {
        return kafka.topics().requests();
    }

    /** The topic on which they are answered. */
    public String responses() {
        return kafka.topics().responses();
    }

    /** Where the requests topic ends now, by partition: what is sent from now on is behind. */
    public Map<Integer, Long> requestEnds() {
        return ends(requests());
    }

    /** The same of the responses topic. */
    public Map<Integer, Long> responseEnds() {
        return ends(responses());
    }

    private Map<Integer, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            return byPartition(consumer.endOffsets(partitions(topic, consumer), TIMEOUT));
        }
    }

    static List<TopicPartition> partitions(String topic, KafkaConsumer<?, ?> consumer) {
        return consumer.partitionsFor(topic, TIMEOUT).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byPartition = new TreeMap<>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }

    KafkaConsumer<byte[], byte[]> consumer() {
        Properties properties = properties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // A response that the topic has deleted is missing, and must be missed.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    KafkaProducer<byte[], byte[]> producer() {
        Properties properties = properties();
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "5");
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(OUTAGE));
        properties.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(OUTAGE));
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String millis(Duration duration) {
        return String.valueOf(duration.toMillis());
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        return properties;
    }
}
