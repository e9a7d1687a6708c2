package dev.messplus.cli.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.kafka.admin.KafkaErrors;
import dev.messplus.job.kafka.admin.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The way to the Kafka of a job. */
public final class KafkaAccess {

    /**
     * How long a command waits for an answer of the broker. One that was killed is fenced for up to
     * 9 s after its restart ({@code broker.session.timeout.ms}).
     */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String WHAT_TO_DO =
            " Start one with ./mess kafka, or name yours with --bootstrap HOST:PORT or --config"
                    + " mess.yaml.";

    private final KafkaSection kafka;

    /** Access to the brokers of {@code kafka}, which does not connect yet. */
    public KafkaAccess(KafkaSection kafka) {
        this.kafka = kafka;
    }

    /** Brokers, topics and settings. */
    public KafkaSection kafka() {
        return kafka;
    }

    /**
     * A reader of all partitions of a topic, up to the end that they have now.
     *
     * @throws KafkaAccessException if the broker does not answer, or has no such topic
     * @throws ConfigException if the broker refuses the client
     */
    public TopicReader reader(String topic) {
        return new TopicReader(this, topic, partitions(topic));
    }

    /**
     * A sender of records to some topics.
     *
     * @throws KafkaAccessException if the broker does not answer, or lacks one of the topics
     * @throws ConfigException if the broker refuses the client
     */
    public RecordSender sender(Iterable<String> topics) {
        requireTopics(topics);
        return new RecordSender(this);
    }

    /**
     * Makes sure that topics exist. With {@code kafka.createTopics}, it creates all topics of the
     * job if one is missing, as the job itself does when it starts.
     *
     * @throws KafkaAccessException if the broker does not answer, or lacks one of the topics
     * @throws ConfigException if the broker refuses the client
     */
    public void requireTopics(Iterable<String> topics) {
        for (String topic : topics) {
            try {
                partitions(topic);
            } catch (KafkaAccessException e) {
                if (!kafka.createTopics()
                        || !(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
                new Topics(kafka).ensure();
            }
        }
    }

    /**
     * Makes sure that the topics exist that a door has for itself.
     *
     * @throws ConfigException if one is missing and {@code kafka.createTopics} is false, or the
     *     user may not use it
     */
    public void requireDoorTopics() {
        Topics.ofDoors(kafka).ensure();
    }

    private List<TopicPartition> partitions(String topic) {
        // Clients of Kafka would try again, silently, until their time is up.
        problem()
                .ifPresent(
                        problem -> {
                            throw new KafkaAccessException(problem + "." + WHAT_TO_DO);
                        });
        Properties properties = properties();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        try {
            return partitions(topic, Admin.create(properties));
        } catch (ExecutionException e) {
            throw explain(topic, e.getCause());
        } catch (KafkaException e) {
            throw explain(topic, e);
        } catch (TimeoutException e) {
            throw noAnswer(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaAccessException("interrupted while waiting for Kafka", e);
        }
    }

    private static List<TopicPartition> partitions(String topic, Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return admin
                    .describeTopics(List.of(topic))
                    .topicNameValues()
                    .get(topic)
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .partitions()
                    .stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
        } finally {
            // Without a limit it waits for ever if the broker does not answer.
            admin.close(Duration.ZERO);
        }
    }

    /** What is wrong if no broker accepts connections of this machine. */
    public Optional<String> problem() {
        IOException failure = null;
        for (BrokerAddress address : BrokerAddress.all(kafka.bootstrap())) {
            try {
                address.connect();
                return Optional.empty();
            } catch (IOException e) {
                failure = e;
            }
        }
        return Optional.of(
                "cannot reach Kafka at %s: %s".formatted(kafka.bootstrap(), failure.getMessage()));
    }

    /** What a failure of a client means. */
    RuntimeException explain(String topic, Throwable failure) {
        if (failure instanceof UnknownTopicOrPartitionException) {
            return new KafkaAccessException(
                    ("Kafka at %s has no topic %s. The job, mess produce and mess batch create"
                                    + " the topics if kafka.createTopics is true in mess.yaml: give"
                                    + " --config mess.yaml, which also says if the topic has"
                                    + " another name.")
                            .formatted(kafka.bootstrap(), topic),
                    failure);
        }
        if (failure instanceof org.apache.kafka.common.errors.TimeoutException) {
            return noAnswer(failure);
        }
        return KafkaErrors.toConfigException(kafka, failure);
    }

    private KafkaAccessException noAnswer(Throwable cause) {
        return new KafkaAccessException(
                ("cannot reach Kafka at %s: something listens there, but did not answer within %d s"
                                + " as a broker. If it asks for TLS or a login, give --config"
                                + " mess.yaml.")
                        .formatted(kafka.bootstrap(), PATIENCE.toSeconds()),
                cause);
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        return properties;
    }
}
