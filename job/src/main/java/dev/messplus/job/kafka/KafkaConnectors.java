package dev.messplus.job.kafka;

import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaConfig;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsConfig;
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
 * The pipeline's ends on Kafka.
 *
 * <p>Requests are read from where the consumer group left off, else from the beginning. Feedback is
 * read from where it ends as the job starts: what was said before belongs to requests that this job
 * has not decided. After a restore both continue from the checkpoint instead.
 */
public final class KafkaConnectors {

    private static final int FRAMING_BYTES = 4_096;

    private final KafkaConfig kafka;
    private final Delivery delivery;

    private KafkaConnectors(MessConfig config) {
        kafka = config.kafka();
        delivery = config.delivery();
    }

    /** Ends of a job that runs for ever. */
    public static Connectors unbounded(MessConfig config) {
        KafkaConnectors ends = new KafkaConnectors(config);
        return ends.of(
                ends.requests().build(),
                ends.feedback(ends.feedbackEnd(), new FeedbackSchema(newMarker())).build(),
                Optional.empty());
    }

    /** Ends of a job that answers the requests that are on the topic now, and finishes. */
    public static Connectors bounded(MessConfig config) {
        KafkaConnectors ends = new KafkaConnectors(config);
        Map<TopicPartition, Long> feedbackEnd = ends.feedbackEnd();
        EndMarker marker = newMarker();
        FeedbackSchema schema = new FeedbackSchema(marker);
        // Bounded, so that readers learn that no more partitions come; the bound itself is never
        // reached, the marker is.
        Map<TopicPartition, Long> never = new HashMap<>(feedbackEnd);
        never.replaceAll((partition, offset) -> Long.MAX_VALUE);
        KafkaSource<RawRecord> feedback =
                ends.feedback(feedbackEnd, schema)
                        .setBounded(OffsetsInitializer.offsets(never))
                        .build();
        Sink<Integer> markers = ends.atLeastOnce(marker.schema(config.kafka().topics().feedback()));
        return ends.of(
                ends.requests().setBounded(OffsetsInitializer.latest()).build(),
                new EndableSource<>(feedback, schema),
                Optional.of(new Connectors.EndOfRun(markers, feedbackEnd.size())));
    }

    private static EndMarker newMarker() {
        return new EndMarker(UUID.randomUUID().toString());
    }

    private Map<TopicPartition, Long> feedbackEnd() {
        return new Topics(kafka).feedbackEnd();
    }

    private Connectors of(
            Source<RawRecord, ?, ?> requests,
            Source<RawRecord, ?, ?> feedback,
            Optional<Connectors.EndOfRun> endOfRun) {
        TopicsConfig topics = kafka.topics();
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
                // Never transactional: labels must not wait for a checkpoint, and joining them
                // tolerates repeats.
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

    // Flink's connector still asks for the enum that Kafka deprecated.
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

    /** A sink that keeps what {@code delivery} promises. */
    private <T> Sink<T> delivered(String topic, KafkaRecordSerializationSchema<T> schema) {
        return delivery == Delivery.EXACTLY_ONCE ? exactlyOnce(topic, schema) : atLeastOnce(schema);
    }

    private <T> Sink<T> atLeastOnce(KafkaRecordSerializationSchema<T> schema) {
        return SturdySink.atLeastOnce(
                this.<T>sink(schema).setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build());
    }

    private <T> Sink<T> exactlyOnce(String topic, KafkaRecordSerializationSchema<T> schema) {
        return SturdySink.exactlyOnce(
                this.<T>sink(schema)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(Transactions.idPrefix(kafka, topic))
                        // A few ids that are used again and again. An id for every checkpoint would
                        // stay in the broker's memory for a week, and a start without a savepoint
                        // would have to go through all of them.
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

    /** Largest value that a producer takes, less what the key and the framing need. */
    private int maxRecordBytes() {
        return kafka.maxRequestBytes() - FRAMING_BYTES;
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        return properties;
    }
}
