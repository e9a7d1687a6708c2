package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of the job on the broker: whether they are there, and where they end. */
public final class Topics {

    private static final int TIMEOUT_MILLIS = 30_000;

    private static final Duration POLL = Duration.ofMillis(50);

    private static final Retry UNTIL_KNOWN =
            Retry.of(
                    "created topics",
                    RetryConfig.custom()
                            .maxAttempts((int) (TIMEOUT_MILLIS / POLL.toMillis()))
                            .waitDuration(POLL)
                            .retryExceptions(UnknownTopicOrPartitionException.class)
                            .build());

    private final MessConfig.Kafka kafka;

    /** Topics as {@code kafka} names them. */
    public Topics(MessConfig.Kafka kafka) {
        this.kafka = kafka;
    }

    /**
     * Makes sure that all topics exist: a job without them would restart for ever.
     *
     * @throws ConfigException naming every missing topic when they are not to be created
     */
    public void ensure() {
        try (Admin admin = admin()) {
            var existing = await(admin.listTopics().names());
            List<String> missing =
                    names().stream().filter(name -> !existing.contains(name)).toList();
            if (!missing.isEmpty() && !kafka.createTopics()) {
                throw new ConfigException(
                        "Kafka at " + kafka.bootstrap(),
                        missing.stream()
                                .map(
                                        name ->
                                                "kafka.topics: topic '%s' does not exist; create it, or set kafka.createTopics: true"
                                                        .formatted(name))
                                .toList());
            }
            if (!missing.isEmpty()) {
                create(admin, missing);
                // A leader that is not up yet can take a producer's second batch before its first,
                // and then refuses the first for good; one that tells its end is up. The broker
                // that is asked may not even have heard of the topic yet.
                UNTIL_KNOWN.executeRunnable(() -> ends(admin, missing));
            }
        }
    }

    /** Where the feedback topic ends now, per partition; at least one. */
    public Map<TopicPartition, Long> feedbackEnd() {
        try (Admin admin = admin()) {
            return ends(admin, List.of(kafka.topics().feedback()));
        }
    }

    /** Where topics end, as the leaders of their partitions say. */
    private Map<TopicPartition, Long> ends(Admin admin, List<String> topics) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        await(admin.describeTopics(topics).allTopicNames())
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
        await(admin.listOffsets(latest).all())
                .forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    private List<String> names() {
        MessConfig.Topics topics = kafka.topics();
        return List.of(
                topics.requests(), topics.responses(), topics.feedback(), topics.deadLetters());
    }

    private void create(Admin admin, List<String> missing) {
        List<NewTopic> topics = new ArrayList<>();
        for (String name : missing) {
            topics.add(new NewTopic(name, Optional.of(kafka.partitions()), Optional.empty()));
        }
        admin.createTopics(topics)
                .values()
                .forEach(
                        (name, creation) -> {
                            try {
                                await(creation);
                            } catch (TopicExistsException e) {
                                // Somebody was faster, which is as good.
                            }
                        });
    }

    private Admin admin() {
        Properties properties = new Properties();
        properties.putAll(kafka.properties());
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return Admin.create(properties);
    }

    private <T> T await(org.apache.kafka.common.KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException exists) {
                throw exists;
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            throw unreachable(e.getCause());
        } catch (TimeoutException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking the broker for topics", e);
        }
    }

    private ConfigException unreachable(Throwable cause) {
        return new ConfigException(
                "Kafka at " + kafka.bootstrap(),
                List.of(
                        "kafka.bootstrap: the broker did not answer: %s; check the address and kafka.properties"
                                .formatted(cause)));
    }
}
