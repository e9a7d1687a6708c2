package dev.messplus.job.kafka.source;

import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.kafka.admin.Topics;
import dev.messplus.job.source.CreditedSource;
import dev.messplus.job.source.JointEndSource;
import dev.messplus.record.RawRecord;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.util.clock.SystemClock;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.TopicPartition;

/**
 * The sources of the job.
 *
 * <p>Requests are read from the committed offsets of the consumer group, or from the beginning if
 * there are none. Feedback and measurements are read from the end that their topics have when the
 * job starts, because what is earlier belongs to requests that this job has not routed. After a
 * restore all of them continue from the checkpoint instead.
 */
public final class KafkaSources {

    private static final String REQUESTS = "requests";
    private static final String FEEDBACK = "feedback";
    private static final String MEASUREMENTS = "measurements";

    private final KafkaSection kafka;
    private final TopicsSection topics;
    private final long feedbackTimeoutMillis;

    /** Sources of the job with this configuration. */
    public KafkaSources(MessConfig config) {
        kafka = config.kafka();
        topics = kafka.topics();
        feedbackTimeoutMillis = config.feedbackTimeoutMillis();
    }

    /** Requests, without an end. */
    public Source<RawRecord, ?, ?> requests() {
        return CreditedSource.of(
                RunSource.of(requests(UnaryOperator.identity()), PartitionEnd.never()));
    }

    /** Labels of users and raters, without an end. */
    public Source<RawRecord, ?, ?> feedback() {
        return labels(
                topics.feedback(),
                FEEDBACK,
                endOffsets(topics.feedback()),
                KafkaSourceBuilder::build);
    }

    /** What the job has measured, without an end. */
    public Source<RawRecord, ?, ?> measurements() {
        return labels(
                topics.measurements(),
                MEASUREMENTS,
                endOffsets(topics.measurements()),
                KafkaSourceBuilder::build);
    }

    /** Requests that are on the topic now. */
    public Source<RawRecord, ?, ?> boundedRequests() {
        return CreditedSource.of(
                JointEndSource.of(
                        RunSource.of(
                                requests(KafkaSources::ending),
                                PartitionEnd.at(endOffsets(topics.requests())))));
    }

    /**
     * The sources of a bounded run that end when all of its requests are settled.
     *
     * @param feedback ends with the run
     * @param measurements end with the run
     * @param marker writes the record, to a partition of the measurements topic, that ends the run
     * @param partitions number of partitions of the measurements topic
     */
    public record Bounded(
            Source<RawRecord, ?, ?> feedback,
            Source<RawRecord, ?, ?> measurements,
            KafkaRecordSerializationSchema<Integer> marker,
            int partitions) {}

    /** The sources of a bounded run that begins now. */
    public Bounded bounded() {
        Map<TopicPartition, Long> measurementsEnd = endOffsets(topics.measurements());
        EndMarker marker = new EndMarker(UUID.randomUUID().toString());
        return new Bounded(
                MarkerFollowingSource.of(
                        labels(
                                topics.feedback(),
                                FEEDBACK,
                                endOffsets(topics.feedback()),
                                KafkaSources::endingLabels),
                        markers(FEEDBACK, marker, measurementsEnd)),
                MarkerFollowingSource.of(
                        labels(
                                topics.measurements(),
                                MEASUREMENTS,
                                measurementsEnd,
                                KafkaSources::endingLabels),
                        markers(MEASUREMENTS, marker, measurementsEnd)),
                marker.schema(topics.measurements()),
                measurementsEnd.size());
    }

    private static TopicSource endingLabels(KafkaSourceBuilder<RawRecord> source) {
        return RunSource.of(ending(source).build(), PartitionEnd.never());
    }

    /** Partitions that are created from now on end where the connector finds their end. */
    private static KafkaSourceBuilder<RawRecord> ending(KafkaSourceBuilder<RawRecord> source) {
        return source.setBounded(OffsetsInitializer.latest());
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

    /** A source of requests that knows how many it has not read. */
    // Connector 5.0.0 still takes the enum that Kafka has deprecated.
    @SuppressWarnings("deprecation")
    private TopicSource requests(UnaryOperator<KafkaSourceBuilder<RawRecord>> end) {
        String name = nameOf(REQUESTS);
        // Looks up the committed offsets before partitions are assigned: a reader counts from them.
        KafkaSourceBuilder<RawRecord> source =
                source(topics.requests(), REQUESTS, name)
                        .setStartingOffsets(
                                OffsetsInitializer.offsets(Map.of(), OffsetResetStrategy.EARLIEST));
        KafkaSection brokers = kafka;
        return PendingRecordsSource.of(
                end.apply(source).build(), name, () -> LogEndsClient.ofRequests(brokers));
    }

    /** A source of labels that is built of the connector's, and knows what it has read. */
    private TopicSource labels(
            String topic,
            String role,
            Map<TopicPartition, Long> from,
            Function<
                            KafkaSourceBuilder<RawRecord>,
                            Source<RawRecord, KafkaPartitionSplit, KafkaSourceEnumState>>
                    build) {
        String name = nameOf(role);
        KafkaSourceBuilder<RawRecord> source =
                source(topic, role, name).setStartingOffsets(OffsetsInitializer.offsets(from));
        KafkaSection brokers = kafka;
        long timeoutMillis = feedbackTimeoutMillis;
        return LabelTimeSource.of(
                build.apply(source),
                name,
                () -> LogEndsClient.ofLabels(brokers, timeoutMillis, SystemClock.getInstance()));
    }

    /** Other jobs in this process may have sources of the same role. */
    private static String nameOf(String role) {
        return role + "-" + UUID.randomUUID();
    }

    private String interceptors() {
        String others = kafka.properties().get(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        String own = FetchedRanges.class.getName();
        return others == null ? own : others + "," + own;
    }

    private KafkaSourceBuilder<RawRecord> source(String topic, String role, String name) {
        KafkaSourceBuilder<RawRecord> source =
                KafkaSource.<RawRecord>builder()
                        .setBootstrapServers(kafka.bootstrap())
                        .setGroupId(kafka.groupId())
                        .setClientIdPrefix(kafka.groupId() + "-" + role)
                        .setTopics(topic)
                        .setDeserializer(new RawRecordSchema())
                        .setProperties(properties())
                        .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                        .setProperty(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, interceptors())
                        .setProperty(FetchedRanges.SOURCE, name);
        return kafka.rackVariable() == null
                ? source
                : source.setRackIdSupplier(new RackVariable(kafka.rackVariable()));
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        return properties;
    }
}
