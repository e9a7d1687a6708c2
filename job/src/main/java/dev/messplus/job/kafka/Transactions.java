package dev.messplus.job.kafka;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaConfig;
import dev.messplus.job.config.MessConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.apache.flink.streaming.api.environment.CheckpointConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the broker holds the transactions of {@code delivery: exactly_once} for as long as they
 * may be open. One that it gives up after its checkpoint is complete takes responses with it.
 */
public final class Transactions {

    /** A lost TaskManager is noticed after 50 s by default, and restarts wait for up to 60 s. */
    private static final long RESTART_MILLIS = 120_000;

    private static final String MOST = "transaction.max.timeout.ms";
    private static final String REPLICAS = "transaction.state.log.replication.factor";
    private static final String STATE_TOPIC = "__transaction_state";

    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);

    private final KafkaConfig kafka;
    private final boolean needed;

    /** The transactions of a job that is configured so; there may be none. */
    public Transactions(MessConfig config) {
        kafka = config.kafka();
        needed = config.delivery() == Delivery.EXACTLY_ONCE;
    }

    /**
     * What the transactional ids of a sink begin with. Two jobs whose ids are alike would end each
     * other's transactions; so would two sinks, for which the topic is in it. The slash keeps one
     * name from being the beginning of another.
     */
    static String idPrefix(KafkaConfig kafka, String topic) {
        return kafka.groupId() + "/" + topic + "/";
    }

    /**
     * Makes sure that transactions can be begun, and outlast their checkpoint.
     *
     * @throws ConfigException naming what stands in the way
     */
    public void ensure(CheckpointConfig checkpoints) {
        if (!needed) {
            return;
        }
        requireLongEnough(checkpoints);
        try (Broker broker = new Broker(kafka)) {
            Collection<Node> nodes = broker.await(broker.admin().describeCluster().nodes());
            requireAllowed(broker, nodes);
            requireCoordinator(broker);
            requireReadable(broker);
        } catch (KafkaException e) {
            throw KafkaProblem.of(kafka, e);
        }
    }

    /**
     * A transaction begins as a checkpoint does, and is committed once the next is complete. The
     * first may take its whole timeout, and so may the next; one that fails is followed by another.
     */
    void requireLongEnough(CheckpointConfig checkpoints) {
        long intervalMillis = checkpoints.getCheckpointInterval();
        long timeoutMillis = checkpoints.getCheckpointTimeout();
        int failures = checkpoints.getTolerableCheckpointFailureNumber();
        long least = (2L + failures) * Math.max(intervalMillis, timeoutMillis) + RESTART_MILLIS;
        if (kafka.transactionTimeoutMillis() < least) {
            throw refusal(
                    "kafka.transactionTimeoutMillis: must be at least %d for delivery: exactly_once, was %d: responses wait for two checkpoints (execution.checkpointing.interval: %d ms, .timeout: %d ms, .tolerable-failed-checkpoints: %d) and a restart (%d ms); raise it, or lower those"
                            .formatted(
                                    least,
                                    kafka.transactionTimeoutMillis(),
                                    intervalMillis,
                                    timeoutMillis,
                                    failures,
                                    RESTART_MILLIS));
        }
    }

    private void requireAllowed(Broker broker, Collection<Node> nodes) {
        List<ConfigResource> brokers =
                nodes.stream()
                        .map(
                                node ->
                                        new ConfigResource(
                                                ConfigResource.Type.BROKER, node.idString()))
                        .toList();
        Collection<Config> settings;
        try {
            Map<ConfigResource, Config> described =
                    broker.await(broker.admin().describeConfigs(brokers).all());
            settings = described.values();
        } catch (ApiException e) {
            LOG.warn(
                    "Cannot check kafka.transactionTimeoutMillis ({}) against {} of the brokers: {}",
                    kafka.transactionTimeoutMillis(),
                    MOST,
                    e.getMessage());
            return;
        }
        long most = numbers(settings, MOST).min().orElse(Long.MAX_VALUE);
        if (kafka.transactionTimeoutMillis() > most) {
            throw refusal(
                    "kafka.transactionTimeoutMillis: must be at most %d, what the broker allows (%s), was %d; lower it, or raise that on every broker"
                            .formatted(most, MOST, kafka.transactionTimeoutMillis()));
        }
        long replicas = numbers(settings, REPLICAS).max().orElse(0);
        if (replicas > nodes.size() && isMissing(broker, STATE_TOPIC)) {
            throw refusal(
                    "delivery: exactly_once needs %s (%d) brokers to begin its first transaction, and there are %d; lower that on every broker, start more, or choose at_least_once"
                            .formatted(REPLICAS, replicas, nodes.size()));
        }
        if (replicas == 1 && nodes.size() > 1) {
            LOG.warn("{} is 1: transactions are lost with a single broker", REPLICAS);
        }
    }

    /** Asking for a transaction, of which there need be none, takes a coordinator. */
    private void requireCoordinator(Broker broker) {
        String id = idPrefix(kafka, kafka.topics().responses()) + "-0-0";
        try {
            broker.await(broker.admin().describeTransactions(List.of(id)).description(id));
        } catch (TransactionalIdNotFoundException e) {
            // Nothing is left over of an earlier run.
        } catch (TransactionalIdAuthorizationException e) {
            throw refusal(
                    "kafka.groupId: the user may not use transactional ids that begin with '%s/', as delivery: exactly_once needs; grant Describe and Write"
                            .formatted(kafka.groupId()));
        } catch (RetriableException e) {
            throw refusal(
                    "delivery: exactly_once needs a transaction coordinator, and there is none: %s; are all brokers up, at least %s of them?"
                            .formatted(e.getMessage(), REPLICAS));
        }
    }

    /** What an earlier run left open is looked for on the topics, and aborted. */
    private void requireReadable(Broker broker) {
        Map<String, String> written =
                Map.of(
                        "responses", kafka.topics().responses(),
                        "deadLetters", kafka.topics().deadLetters());
        Map<String, TopicDescription> topics =
                broker.await(
                        broker.admin()
                                .describeTopics(
                                        written.values(),
                                        new DescribeTopicsOptions()
                                                .includeAuthorizedOperations(true))
                                .allTopicNames());
        List<String> errors = new ArrayList<>();
        written.forEach(
                (field, name) ->
                        errors.addAll(
                                Topics.forbidden(
                                        field, topics.get(name), List.of(AclOperation.READ))));
        if (!errors.isEmpty()) {
            throw new ConfigException("Kafka at " + kafka.bootstrap(), errors);
        }
    }

    /** Whether it is known that there is no such topic. */
    private static boolean isMissing(Broker broker, String topic) {
        try {
            broker.await(broker.admin().describeTopics(List.of(topic)).allTopicNames());
            return false;
        } catch (UnknownTopicOrPartitionException e) {
            return true;
        } catch (TopicAuthorizationException e) {
            return false;
        }
    }

    private static LongStream numbers(Collection<Config> settings, String name) {
        return settings.stream()
                .map(setting -> Broker.number(setting, name))
                .flatMapToLong(OptionalLong::stream);
    }

    private ConfigException refusal(String error) {
        return new ConfigException("Kafka at " + kafka.bootstrap(), List.of(error));
    }
}
