package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaConfig;
import dev.messplus.job.config.TopicsConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of the job on the broker: whether they are there and fit, and where they end. */
public final class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    /** What the job does with its topics, by what {@code kafka.topics} calls them. */
    private static final Map<String, List<AclOperation>> USES =
            Map.of(
                    "requests", List.of(AclOperation.READ),
                    "responses", List.of(AclOperation.WRITE),
                    "feedback", List.of(AclOperation.READ, AclOperation.WRITE),
                    "deadLetters", List.of(AclOperation.WRITE));

    private static final Duration POLL = Duration.ofMillis(50);

    private static final Retry UNTIL_KNOWN =
            Retry.of(
                    "created topics",
                    RetryConfig.custom()
                            .maxAttempts((int) (Broker.TIMEOUT_MILLIS / POLL.toMillis()))
                            .waitDuration(POLL)
                            .retryExceptions(UnknownTopicOrPartitionException.class)
                            .build());

    private final KafkaConfig kafka;

    /** Topics as {@code kafka} names them. */
    public Topics(KafkaConfig kafka) {
        this.kafka = kafka;
    }

    /**
     * Makes sure that all topics exist, and take the largest record that the job writes: a job
     * without that would restart for ever.
     *
     * @throws ConfigException naming every topic that is missing and not to be created, that the
     *     user may not see, or that takes too little
     */
    public void ensure() {
        try (Broker broker = new Broker(kafka)) {
            List<String> missing = missing(broker);
            if (!missing.isEmpty()) {
                create(broker, missing);
                // A leader that is not up yet can take a producer's second batch before its first,
                // and then refuses the first for good; one that tells its end is up. The broker
                // that is asked may not even have heard of the topic yet.
                UNTIL_KNOWN.executeRunnable(() -> ends(broker, missing));
            }
            requireRoom(broker);
        } catch (KafkaException e) {
            throw KafkaProblem.of(kafka, e);
        }
    }

    /** Where the feedback topic ends now, per partition; at least one. */
    public Map<TopicPartition, Long> feedbackEnd() {
        try (Broker broker = new Broker(kafka)) {
            return ends(broker, List.of(kafka.topics().feedback()));
        } catch (KafkaException e) {
            throw KafkaProblem.of(kafka, e);
        }
    }

    /** The topics that are to be created. */
    private List<String> missing(Broker broker) {
        List<String> missing = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                broker.admin()
                        .describeTopics(
                                byField().values(),
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        byField()
                .forEach(
                        (field, name) -> {
                            try {
                                TopicDescription topic = broker.await(descriptions.get(name));
                                errors.addAll(forbidden(field, topic, USES.get(field)));
                            } catch (UnknownTopicOrPartitionException e) {
                                missing.add(name);
                            } catch (TopicAuthorizationException e) {
                                errors.add(
                                        "kafka.topics.%s: the user may not see topic '%s'; grant %s, or check the name"
                                                .formatted(field, name, USES.get(field)));
                            }
                        });
        if (!kafka.createTopics()) {
            for (String name : missing) {
                errors.add(
                        "kafka.topics: topic '%s' does not exist; create it, or set kafka.createTopics: true"
                                .formatted(name));
            }
        }
        throwIfAny(errors);
        return missing;
    }

    /** What is not granted of what is needed, as errors. Not every broker tells what is granted. */
    static List<String> forbidden(
            String field, TopicDescription topic, Collection<AclOperation> needed) {
        Set<AclOperation> granted = topic.authorizedOperations();
        return needed.stream()
                .filter(operation -> granted != null && !granted.contains(operation))
                .map(
                        operation ->
                                "kafka.topics.%s: the user may not %s topic '%s'; grant it"
                                        .formatted(field, operation, topic.name()))
                .toList();
    }

    /** A record that the broker refuses for its size would fail the job again and again. */
    private void requireRoom(Broker broker) {
        Map<String, String> written = byField();
        written.remove("requests");
        List<ConfigResource> topics =
                written.values().stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList();
        List<String> errors = new ArrayList<>();
        try {
            var configs = broker.await(broker.admin().describeConfigs(topics).all());
            written.forEach(
                    (field, name) -> {
                        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, name);
                        OptionalLong most =
                                Broker.number(
                                        configs.get(topic), TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
                        if (most.orElse(Long.MAX_VALUE) < kafka.maxRequestBytes()) {
                            errors.add(
                                    "kafka.topics.%s: topic '%s' takes records of at most %d bytes (max.message.bytes), and the job may write %d; raise that, or lower kafka.properties.max.request.size"
                                            .formatted(
                                                    field,
                                                    name,
                                                    most.getAsLong(),
                                                    kafka.maxRequestBytes()));
                        }
                    });
        } catch (ApiException e) {
            LOG.warn(
                    "Cannot check that topics take records of {} bytes, as the job may write: {}",
                    kafka.maxRequestBytes(),
                    e.getMessage());
        }
        throwIfAny(errors);
    }

    /** Where topics end, as the leaders of their partitions say. */
    private static Map<TopicPartition, Long> ends(Broker broker, Collection<String> topics) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        broker.await(broker.admin().describeTopics(topics).allTopicNames())
                .forEach(
                        (topic, description) ->
                                description
                                        .partitions()
                                        .forEach(
                                                info ->
                                                        latest.put(
                                                                new TopicPartition(
                                                                        topic, info.partition()),
                                                                OffsetSpec.latest())));
        Map<TopicPartition, Long> ends = new HashMap<>();
        broker.await(broker.admin().listOffsets(latest).all())
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    /** Names by what {@code kafka.topics} calls them. */
    private Map<String, String> byField() {
        TopicsConfig topics = kafka.topics();
        Map<String, String> names = new LinkedHashMap<>();
        names.put("requests", topics.requests());
        names.put("responses", topics.responses());
        names.put("feedback", topics.feedback());
        names.put("deadLetters", topics.deadLetters());
        return names;
    }

    private void create(Broker broker, List<String> missing) {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : missing) {
            topics.add(new NewTopic(name, Optional.of(kafka.partitions()), Optional.empty()));
        }
        broker.admin()
                .createTopics(topics)
                .values()
                .forEach(
                        (name, creation) -> {
                            try {
                                broker.await(creation);
                            } catch (TopicExistsException e) {
                                // Somebody was faster, which is as good.
                            }
                        });
    }

    private void throwIfAny(List<String> errors) {
        if (!errors.isEmpty()) {
            throw new ConfigException("Kafka at " + kafka.bootstrap(), errors);
        }
    }
}
