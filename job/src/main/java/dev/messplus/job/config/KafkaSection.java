package dev.messplus.job.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;

/**
 * Section {@code kafka}: the brokers, the topics and how clients connect.
 *
 * @param bootstrap broker addresses, {@code host:port}, comma-separated
 * @param properties passed to every Kafka client; may hold credentials
 * @param topics names of the topics
 * @param groupId consumer group, and first part of all transactional ids
 * @param createTopics whether the job creates topics that are missing
 * @param partitions partitions of each topic that the job creates
 * @param transactionTimeoutMillis how long the broker keeps a transaction open, in milliseconds
 */
@RecordBuilder
public record KafkaSection(
        String bootstrap,
        Map<String, String> properties,
        TopicsSection topics,
        String groupId,
        Boolean createTopics,
        Integer partitions,
        Integer transactionTimeoutMillis)
        implements Serializable {

    /** The property that {@link #maxRequestBytes} reads. */
    static final String MAX_REQUEST_SIZE = "max.request.size";

    public KafkaSection {
        properties = properties == null ? Map.of() : Map.copyOf(properties);
        topics = topics == null ? new TopicsSection(null, null, null, null, null) : topics;
        groupId = Defaults.or(groupId, Defaults.GROUP_ID);
        createTopics = Defaults.or(createTopics, Defaults.CREATE_TOPICS);
        partitions = Defaults.or(partitions, Defaults.PARTITIONS);
        transactionTimeoutMillis =
                Defaults.or(transactionTimeoutMillis, Defaults.TRANSACTION_TIMEOUT_MILLIS);
    }

    /**
     * The largest record that a producer sends, in bytes.
     *
     * @throws NumberFormatException if {@code max.request.size} in the properties is not a number
     */
    public int maxRequestBytes() {
        String bytes = properties.get(MAX_REQUEST_SIZE);
        return bytes == null ? Defaults.MAX_REQUEST_BYTES : Integer.parseInt(bytes.strip());
    }

    /** Omits the properties, which may hold credentials. */
    @Override
    public String toString() {
        return "KafkaSection[bootstrap=" + bootstrap + ", topics=" + topics + "]";
    }
}
