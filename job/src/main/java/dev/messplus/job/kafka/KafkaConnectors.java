package dev.messplus.job.kafka;

import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.pipeline.Connectors;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.Feedback;
import dev.messplus.record.RawRecord;
import dev.messplus.record.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * Creates the sources and sinks of the pipeline on Kafka.
 *
 * <p>Requests are read from the committed offsets of the consumer group, or from the beginning if
 * there are none. Feedback is read from the end that the topic has when the job starts, because
 * earlier feedback belongs to requests that this job has not routed. After a restore both continue
 * from the checkpoint instead.
 */
public final class KafkaConnectors {

    /** Bytes that a record may need in addition to its value: key, headers and framing. */
    private static final int OVERHEAD_BYTES = 4_096;

    private final KafkaSection kafka;
    private final Delivery delivery;

    private KafkaConnectors(MessConfig config) {
        kafka = config.kafka();
        delivery = config.delivery();
    }

    /** Connectors of a job that runs until it is stopped. */
    public static Connectors unbounded(MessConfig config) {
        KafkaConnectors kafka = new KafkaConnectors(config);
        FeedbackSchema schema = new FeedbackSchema(newMarker());
        return kafka.connect(
                kafka.requests().build(),
                kafka.feedback(kafka.feedbackEndOffsets(), schema).build(),
                Optional.empty());
    }

    /**
     * Connectors of a job that answers the requests that are on the topic now, and finishes.
     *
     * <p>If the enumerators of its sources are restored, after a failure of the JobManager or from
     * a savepoint, it does not finish: the connector does not tell restored readers that no more
     * partitions follow (FLINK-31006, open in connector 5.0.0).
     */
    public static Connectors bounded(MessConfig config) {
        KafkaConnectors kafka = new KafkaConnectors(config);
        Map<TopicPartition, Long> endOffsets = kafka.feedbackEndOffsets();
        EndMarker marker = newMarker();
        FeedbackSchema schema = new FeedbackSchema(marker);
        // The source is bounded so that its readers are told that no more partitions follow. They
        // never reach this bound: the marker comes first.
        Map<TopicPartition, Long> never = new HashMap<>(endOffsets);
        never.replaceAll((partition, offset) -> Long.MAX_VALUE);
        KafkaSource<RawRecord> feedback =
                kafka.feedback(endOffsets, schema)
                        .setBounded(OffsetsInitializer.offsets(never))
                        .build();
        Sink<Integer> markers =
                kafka.atLeastOnce(marker.schema(config.kafka().topics().feedback()));
        return kafka.connect(
                kafka.requests().setBounded(OffsetsInitializer.latest()).build(),
                new MarkerBoundedSource<>(feedback, schema),
                Optional.of(new Connectors.EndOfRun(markers, endOffsets.size())));
    }

    private static EndMarker newMarker() {
        return new EndMarker(UUID.randomUUID().toString());
    }

    private Map<TopicPartition, Long> feedbackEndOffsets() {
        return new Topics(kafka).feedbackEndOffsets();
    }

    private Connectors connect(
            Source<RawRecord, ?, ?> requests,
            Source<RawRecord, ?, ?> feedback,
            Optional<Connectors.EndOfRun> endOfRun) {
        TopicsSection topics = kafka.topics();
        return new Connectors(
                requests,
                feedback,
                delivered(
                        topics.responses(),
                        new JsonRecordSchema<>(
                                topics.responses(),
                                Response::id,
                                maxRecordBytes(),
                                Response::withoutCandidateOutputs,
                                Response::tooLarge)),
                // Never transactional: measurements must not wait for a checkpoint, and repeated
                // ones change nothing.
                atLeastOnce(
                        new JsonRecordSchema<>(topics.feedback(), Feedback::sla, maxRecordBytes())),
                delivered(
                        topics.deadLetters(),
                        new JsonRecordSchema<>(
                                topics.deadLetters(),
                                DeadLetter::topic,
                                maxRecordBytes(),
                                DeadLetter::cut)),
                endOfRun);
    }

    // Connector 5.0.0 still takes the enum that Kafka has deprecated.
    @SuppressWarnings("deprecation")
    private KafkaSourceBuilder<RawRecord> requests() {
        return source(kafka.topics().requests(), "requests", new RawRecordSchema())
                .setStartingOffsets(
                        OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST));
    }

    private KafkaSourceBuilder<RawRecord> feedback(
            Map<TopicPartition, Long> from, FeedbackSchema schema) {
        return source(kafka.topics().feedback(), "feedback", schema)
                .setStartingOffsets(OffsetsInitializer.offsets(from));
    }

    private KafkaSourceBuilder<RawRecord> source(
            String topic, String role, KafkaRecordDeserializationSchema<RawRecord> schema) {
        return KafkaSource.<RawRecord>builder()
                .setBootstrapServers(kafka.bootstrap())
                .setGroupId(kafka.groupId())
                .setClientIdPrefix(kafka.groupId() + "-" + role)
                .setTopics(topic)
                .setDeserializer(schema)
                .setProperties(properties())
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    }

    /** A sink with the guarantee that {@code delivery} asks for. */
    private <T> Sink<T> delivered(String topic, KafkaRecordSerializationSchema<T> schema) {
        return delivery == Delivery.EXACTLY_ONCE ? exactlyOnce(topic, schema) : atLeastOnce(schema);
    }

    private <T> Sink<T> atLeastOnce(KafkaRecordSerializationSchema<T> schema) {
        return FaultTolerantKafkaSink.atLeastOnce(
                this.<T>sink(schema).setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build());
    }

    private <T> Sink<T> exactlyOnce(String topic, KafkaRecordSerializationSchema<T> schema) {
        return FaultTolerantKafkaSink.exactlyOnce(
                this.<T>sink(schema)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(TransactionRequirements.idPrefix(kafka, topic))
                        // A few ids for each subtask, used in turn. The default, a new id for every
                        // checkpoint, leaves each in the broker's memory for a week, and a start
                        // without a savepoint probes all of them. After a job is scaled down, one
                        // open transaction can remain until its timeout (FLINK-40626).
                        .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                        .setProperty(
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                kafka.transactionTimeoutMillis().toString())
                        .build(),
                kafka);
    }

    private <T> KafkaSinkBuilder<T> sink(KafkaRecordSerializationSchema<T> schema) {
        return KafkaSink.<T>builder()
                .setBootstrapServers(kafka.bootstrap())
                .setKafkaProducerConfig(properties())
                .setRecordSerializer(schema);
    }

    /** The largest value of a record that a producer accepts, in bytes. */
    private int maxRecordBytes() {
        return kafka.maxRequestBytes() - OVERHEAD_BYTES;
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        return properties;
    }
}
