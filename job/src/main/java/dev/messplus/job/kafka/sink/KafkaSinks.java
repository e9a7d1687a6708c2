package dev.messplus.job.kafka.sink;

import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.TopicsSection;
import dev.messplus.job.kafka.admin.TransactionRequirements;
import dev.messplus.record.DeadLetter;
import dev.messplus.record.FeedbackRecord;
import dev.messplus.record.RecordHeader;
import dev.messplus.record.Response;
import dev.messplus.record.ResponseBuilder;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The sinks of the job. Responses and measurements are keyed by the id of their request. Nothing
 * depends on keys: they only spread the records over the partitions.
 */
public final class KafkaSinks {

    /** Bytes that a record may need in addition to its value and headers: key and framing. */
    private static final int OVERHEAD_BYTES = 4_096;

    /**
     * Two sinks write the responses topic, and neither may take the transactions of the other for
     * its own. No topic has a name with a plus sign.
     */
    private static final String REFUSALS = "+refusals";

    private final KafkaSection kafka;
    private final TopicsSection topics;
    private final Delivery delivery;
    private final SerializationSchema<String> responseFormat;

    /**
     * Sinks of the job with this configuration.
     *
     * @param responseFormat makes the value of a record of the JSON of a response; {@code null} if
     *     the value is that
     */
    public KafkaSinks(MessConfig config, SerializationSchema<String> responseFormat) {
        this.responseFormat = responseFormat;
        kafka = config.kafka();
        topics = kafka.topics();
        delivery = config.delivery();
    }

    /** Writes responses, as {@code delivery} says. */
    public Sink<Response> responses() {
        return delivered(topics.responses(), responseSchema());
    }

    /** Writes the responses to refused requests, as {@code delivery} says. */
    public Sink<Response> refusals() {
        return delivered(topics.responses() + REFUSALS, responseSchema());
    }

    private JsonRecordSchema<Response> responseSchema() {
        return responses(topics.responses(), responseFormat, maxRecordBytes());
    }

    /** How responses are written, and what they lose if they are larger than {@code maxBytes}. */
    static JsonRecordSchema<Response> responses(
            String topic, SerializationSchema<String> format, int maxBytes) {
        return new JsonRecordSchema<>(
                topic,
                Response::id,
                Response::headers,
                format,
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
     * Writes what the job has measured. Never transactional: measurements must not wait for a
     * checkpoint, and repeated ones change nothing.
     */
    public Sink<FeedbackRecord> measurements() {
        return atLeastOnce(
                new JsonRecordSchema<>(
                        topics.measurements(),
                        record -> record.feedback().requestId(),
                        record -> List.of(),
                        null,
                        maxRecordBytes(),
                        List.of()));
    }

    /** Writes dead letters, as {@code delivery} says. */
    public Sink<DeadLetter> deadLetters() {
        return delivered(
                topics.deadLetters(), new DeadLetterSchema(topics.deadLetters(), maxRecordBytes()));
    }

    /** Of a sink whose transactional ids are {@code name}'s. */
    private <T> Sink<T> delivered(String name, KafkaRecordSerializationSchema<T> schema) {
        return delivery == Delivery.EXACTLY_ONCE ? exactlyOnce(name, schema) : atLeastOnce(schema);
    }

    /** Writes records of any kind, each at least once. */
    public <T> Sink<T> atLeastOnce(KafkaRecordSerializationSchema<T> schema) {
        return new FaultTolerantKafkaSink<>(
                this.<T>sink(schema).setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE).build(),
                null);
    }

    private <T> Sink<T> exactlyOnce(String name, KafkaRecordSerializationSchema<T> schema) {
        return new FaultTolerantKafkaSink<>(
                this.<T>sink(schema)
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(TransactionRequirements.idPrefix(kafka, name))
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
