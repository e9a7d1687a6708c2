package dev.messplus.job.config;

import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Map;

/** Section {@code kafka}: the brokers, the topics and how clients connect. */
@RecordBuilder
public record KafkaSection(
        @Setting(required = true) String bootstrap,
        @Setting(types = {"string", "number", "boolean"}) Map<String, String> properties,
        @Setting("The names of the topics.") TopicsSection topics,
        @Setting("The classes that read and write the values of records that are not JSON.")
                RecordsSection records,
        @Setting(
                        byDefault = "mess",
                        pattern = "^[^/\\s]{1,249}$",
                        expected = "a name of 1 to 249 characters without spaces and slashes")
                String groupId,
        @Setting(byDefault = "false") boolean createTopics,
        @Setting(byDefault = "1", range = "[1, 10000]") int partitions,
        @Setting(byDefault = "900000", range = "[10000, 604800000]") int transactionTimeoutMillis,
        @Setting(
                        pattern = "^[A-Za-z_][A-Za-z0-9_]*$",
                        expected = "the name of an environment variable")
                String rackVariable)
        implements Serializable {

    /** The property that {@link #maxRequestBytes} reads. */
    static final String MAX_REQUEST_SIZE = "max.request.size";

    /** Kafka's default of {@link #MAX_REQUEST_SIZE}, in bytes. */
    private static final int DEFAULT_MAX_REQUEST_BYTES = 1_048_576;

    /** The section that names only the brokers. */
    public static KafkaSection of(String bootstrap) {
        return Defaults.section(KafkaSection.class, Map.of("bootstrap", bootstrap));
    }

    /**
     * The largest record that a producer sends, in bytes.
     *
     * @throws NumberFormatException if {@code max.request.size} in the properties is not a number
     */
    public int maxRequestBytes() {
        String bytes = properties.get(MAX_REQUEST_SIZE);
        return bytes == null ? DEFAULT_MAX_REQUEST_BYTES : Integer.parseInt(bytes.strip());
    }

    /** Omits the properties, which may hold credentials. */
    @Override
    public String toString() {
        return "KafkaSection[bootstrap=" + bootstrap + ", topics=" + topics + "]";
    }
}
