package dev.messplus.job.kafka;

import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.pipeline.Connectors;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.RawRecord;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.util.clock.SystemClock;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;

/**
 * Creates the sources and sinks of the pipeline on Kafka.
 *
 * <p>Requests are read from the committed offsets of the consumer group, or from the beginning if
 * there are none. Feedback and measurements are read from the end that their topics have when the
 * job starts, because what is earlier belongs to requests that this job has not routed. After a
 * restore all of them continue from the checkpoint instead.
 *
 * <p>Responses and measurements are keyed by the id of their request. Nothing depends on keys: they
 * only spread the records over the partitions.
 */
public final class KafkaConnectors {

    /** Bytes that a record may need in addition to its value and headers: key and framing. */
    private static final int OVERHEAD_BYTES = 4_096;

    private static final String FEEDBACK = "feedback";
    private static final String MEASUREMENTS = "measurements";

    private final KafkaSection kafka;
    private final TopicsSection topics;
    private final Delivery delivery;
    private final long feedbackTimeoutMillis;

    /** Connectors of the job with this configuration. */
    public KafkaConnectors(MessConfig config) {
        kafka = config.kafka();
        topics = kafka.topics();
        delivery = config.delivery();
        feedbackTimeoutMillis = config.feedbackTimeoutMillis();
    }

    /** Connectors of a job that runs until it is stopped. */
    public Connectors unbounded() {
        return connect(
                CreditedSource.of(RunSource.of(requests().build(), PartitionEnd.never())),
                labels(
                        topics.feedback(),
                        FEEDBACK,
                        endOffsets(topics.feedback()),
                        KafkaSourceBuilder::build),
                labels(
                        topics.measurements(),
                        MEASUREMENTS,
                        endOffsets(topics.measurements()),
                        KafkaSourceBuilder::build),
                Optional.empty());
    }

    /**
     * Connectors of a job that answers the requests that are on the topic now, and finishes. A
     * restored job finishes too; it then answers what is on the topic when it is submitted again.
     */
    public Connectors bounded() {
        Map<TopicPartition, Long> requestsEnd = endOffsets(topics.requests());
        Map<TopicPartition, Long> measurementsEnd = endOffsets(topics.measurements());
        EndMarker marker = new EndMarker(UUID.randomUUID().toString());
        return connect(
                CreditedSource.of(
                        JointEndSource.of(bounded(requests(), PartitionEnd.at(requestsEnd)))),
                MarkerFollowingSource.of(
                        labels(
                                topics.feedback(),
                                FEEDBACK,
                                endOffsets(topics.feedback()),
                                source -> bounded(source, PartitionEnd.never())),
                        markers(FEEDBACK, marker, measurementsEnd)),
                MarkerFollowingSource.of(
                        labels(
                                topics.measurements(),
                                MEASUREMENTS,
                                measurementsEnd,
                                source -> bounded(source, PartitionEnd.never())),
                        markers(MEASUREMENTS, marker, measurementsEnd)),
                Optional.of(
                        new Connectors.EndOfRun(
                                atLeastOnce(marker.schema(topics.measurements())),
                                measurementsEnd.size())));
    }

    private static SourceDecorator bounded(KafkaSourceBuilder<RawRecord> source, PartitionEnd end) {
        // Partitions that are created from now on end where the connector finds their end.
        return RunSource.of(source.setBounded(OffsetsInitializer.latest()).build(), end);
    }

    /** Finds the marker, which the run writes to every partition, in the first one. */
    private SerializableSupplier<EndMarkerReader> markers(
            String role, EndMarker marker, Map<TopicPartition, Long> from) {
        Properties properties = properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, kafka.groupId() + "-" + role + "-end");
        // Records may have been deleted since.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        TopicPartition first = new TopicPartition(topics.measurements(), 0);
        long fromOffset = from.get(first);
        return () -> new EndMarkerReader(properties, first, fromOffset, marker);
    }

    private Map<TopicPartition, Long> endOffsets(String topic) {
        return new Topics(kafka).endOffsets(topic);
    }

    private Connectors connect(
            Source<RawRecord, ?, ?> requests,
            Source<RawRecord, ?, ?> feedback,
            Source<RawRecord, ?, ?> measurements,
            Optional<Connectors.EndOfRun> endOfRun) {
        return new Connectors(
                requests,
                feedback,
                new Connectors.Measurements(measurements, measured()),
                responses(),
                deadLetters(),
                endOfRun);
    }

    private Sink<Response> responses() {
        return delivered(topics.responses(), responses(topics.responses(), maxRecordBytes()));
    }

    /** How responses are written, and what they lose if they are larger than {@code maxBytes}. */
    static JsonRecordSchema<Response> responses(String topic, int maxBytes) {
        return new JsonRecordSchema<>(
                topic,
                Response::id,
                Response::headers,
                maxBytes,
                List.of(
                        // Others find a response by the headers of its trace.
                        response -> withHeaders(response, RecordHeader::isTrace),
                        Response::withoutCandidateOutputs,
                        Response::withoutLogprobs,
                        Response::tooLarge,
                        response -> withHeaders(response, header -> false)));
    }

    private static Response withHeaders(Response response, Predicate<RecordHeader> kept) {
        return ResponseBuilder.builder(response)
                .headers(response.headers().stream().filter(kept).toList())
                .build();
    }

    /**
     * Never transactional: measurements must not wait for a checkpoint, and repeated ones change
     * nothing.
     */
    private Sink<FeedbackRecord> measured() {
        return atLeastOnce(
                new JsonRecordSchema<>(
                        topics.measurements(),
                        record -> record.feedback().requestId(),
                        record -> List.of(),
                        maxRecordBytes(),
                        List.of()));
    }

    private Sink<DeadLetter> deadLetters() {
        return delivered(
                topics.deadLetters(), new DeadLetterSchema(topics.deadLetters(), maxRecordBytes()));
    }

    // Connector 5.0.0 still takes the enum that Kafka has deprecated.
    @SuppressWarnings("deprecation")
    private KafkaSourceBuilder<RawRecord> requests() {
        return source(topics.requests(), "requests")
                .setStartingOffsets(
                        OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST));
    }

    /** A source of labels that is built of the connector's, and knows what it has read. */
    private SourceDecorator labels(
            String topic,
            String role,
            Map<TopicPartition, Long> from,
            Function<
                            KafkaSourceBuilder<RawRecord>,
                            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>>
                    build) {
        String name = role + "-" + UUID.randomUUID();
        KafkaSourceBuilder<RawRecord> source =
                source(topic, role)
                        .setStartingOffsets(OffsetsInitializer.offsets(from))
                        .setProperty(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, interceptors())
                        .setProperty(FetchedRanges.SOURCE, name);
        KafkaSection brokers = kafka;
        long timeoutMillis = feedbackTimeoutMillis;
        return LabelTimeSource.of(
                build.apply(source),
                name,
                () -> {
                    SteadyClock clock = new SteadyClock(SystemClock.getInstance(), timeoutMillis);
                    return new LogEndsClient(brokers, clock::millis);
                });
    }

    private String interceptors() {
        String others = kafka.properties().get(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        String own = FetchedRanges.class.getName();
        return others == null ? own : others + "," + own;
    }

    private KafkaSourceBuilder<RawRecord> source(String topic, String role) {
        KafkaSourceBuilder<RawRecord> source =
                KafkaSource.<RawRecord>builder()
                        .setBootstrapServers(kafka.bootstrap())
                        .setGroupId(kafka.groupId())
                        .setClientIdPrefix(kafka.groupId() + "-" + role)
                        .setTopics(topic)
                        .setDeserializer(new RawRecordSchema())
                        .setProperties(properties())
                        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return kafka.rackVariable() == null
                ? source
                : source.setRackIdSupplier(new RackVariable(kafka.rackVariable()));
    }

    private <T> Sink<T> delivered(String topic, KafkaRecordSerializationSchema<T> schema) {
        return delivery == Delivery.EXACTLY_ONCE ? exactlyOnce(topic, schema) : atLeastOnce(schema);
    }

    private <T> Sink<T> atLeastOnce(KafkaRecordSerializationSchema<T> schema) {
        return new FaultTolerantKafkaSink<>(
                this.<T>sink(schema).setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build(),
                null);
    }

    private <T> Sink<T> exactlyOnce(String topic, KafkaRecordSerializationSchema<T> schema) {
        return new FaultTolerantKafkaSink<>(
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
                                String.valueOf(kafka.transactionTimeoutMillis()))
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
