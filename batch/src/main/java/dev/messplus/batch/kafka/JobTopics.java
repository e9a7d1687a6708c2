package dev.messplus.batch.kafka;

import dev.messplus.job.config.KafkaSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topics of a job, as those use them that have requests answered. Consumers have no group: they
 * keep their positions themselves.
 */
public final class JobTopics {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    /** Kafka's default of request.timeout.ms. */
    private static final Duration REQUEST = Duration.ofSeconds(30);

    /** Heartbeats of a member before it counts as absent, as Kafka's documentation advises. */
    private static final int HEARTBEATS = 3;

    private final KafkaSection kafka;

    /** The topics named in {@code kafka}. */
    public JobTopics(KafkaSection kafka) {
        this.kafka = kafka;
    }

    /** The topic of requests. */
    public String requests() {
        return kafka.topics().requests();
    }

    /** The topic of responses. */
    public String responses() {
        return kafka.topics().responses();
    }

    /** The topic of labels. */
    public String feedback() {
        return kafka.topics().feedback();
    }

    /** The topic of the contents of files. */
    public String files() {
        return kafka.topics().files();
    }

    /** The topic of what doors know of files and batches. */
    public String batches() {
        return kafka.topics().batches();
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
        try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
            return byPartition(consumer.endOffsets(partitions(topic, consumer), TIMEOUT));
        }
    }

    /** The partitions of a topic. */
    public static List<TopicPartition> partitions(String topic, KafkaConsumer<?, ?> consumer) {
        return consumer.partitionsFor(topic, TIMEOUT).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
        Map<Integer, Long> byPartition = new TreeMap<>();
        offsets.forEach((partition, offset) -> byPartition.put(partition.partition(), offset));
        return byPartition;
    }

    /**
     * A consumer.
     *
     * @param isolation {@code read_committed} or {@code read_uncommitted}
     */
    public KafkaConsumer<byte[], byte[]> consumer(String isolation) {
        Properties properties = consumerProperties();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A member of a group that shares out partitions, and reads nothing.
     *
     * @param suffix what the name of the group has behind that of the job's
     * @param absence how long a member may be silent before others have its partitions
     */
    public KafkaConsumer<byte[], byte[]> member(String suffix, Duration absence) {
        Properties properties = consumerProperties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.groupId() + suffix);
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName());
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, millis(absence));
        properties.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                String.valueOf(absence.toMillis() / HEARTBEATS));
        // The positions have no meaning here, but a consumer has some.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Properties consumerProperties() {
        Properties properties = properties();
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        // A response that the topic has deleted is missing, and must be missed.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        return properties;
    }

    /**
     * A producer, which gets no record twice onto a topic.
     *
     * @param outage how long it waits for a broker that is away, unless the configuration says it
     */
    public KafkaProducer<byte[], byte[]> producer(Duration outage) {
        return producer(outage, properties());
    }

    /**
     * A producer of transactions, which ends the one that had this id before it.
     *
     * @param suffix what the transactional id has behind the name of the job's group
     * @param outage how long it waits for a broker, and a transaction for its end
     */
    public KafkaProducer<byte[], byte[]> transactionalProducer(String suffix, Duration outage) {
        Properties properties = properties();
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, kafka.groupId() + suffix);
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, millis(outage));
        return producer(outage, properties);
    }

    private static KafkaProducer<byte[], byte[]> producer(Duration outage, Properties properties) {
        properties.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "0");
        properties.putIfAbsent(
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                String.valueOf(Math.min(REQUEST.toMillis(), outage.toMillis() / 2)));
        // Kafka refuses less than the two of them.
        long least =
                Long.parseLong(properties.getProperty(ProducerConfig.LINGER_MS_CONFIG).strip())
                        + Long.parseLong(
                                properties
                                        .getProperty(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)
                                        .strip());
        properties.putIfAbsent(
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                String.valueOf(Math.max(least, outage.toMillis())));
        properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(outage));
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
