package dev.messplus.job.kafka.admin;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.Delivery;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.flink.runtime.checkpoint.CheckpointFailureManager;
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
 * Checks before the job starts that the broker can hold the transactions of {@code delivery:
 * exactly_once}, and holds them for long enough. If the broker aborts a transaction whose
 * checkpoint is complete, its responses are lost.
 */
public final class TransactionRequirements {

    /**
     * How long a restart may take. By default, Flink notices the loss of a TaskManager after 50 s
     * and its restart strategy waits for up to 60 s.
     */
    private static final long RESTART_MILLIS = 120_000;

    private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
    private static final String REPLICATION_FACTOR = "transaction.state.log.replication.factor";
    private static final String STATE_TOPIC = "__transaction_state";

    private static final Logger LOG = LoggerFactory.getLogger(TransactionRequirements.class);

    private final KafkaSection kafka;
    private final Map<String, String> topics;
    private final boolean transactional;

    /** The requirements of a job; it has none unless its delivery is {@code exactly_once}. */
    public TransactionRequirements(MessConfig config) {
        kafka = config.kafka();
        topics = config.topics();
        transactional = config.delivery() == Delivery.EXACTLY_ONCE;
    }

    /**
     * The prefix of the transactional ids of the sink on {@code topic}. Two sinks with the same
     * prefix would abort each other's transactions, so it contains the group id, which differs
     * between jobs, and the topic, which differs between sinks. The slashes keep one prefix from
     * being the start of another.
     */
    public static String idPrefix(KafkaSection kafka, String topic) {
        return kafka.groupId() + "/" + topic + "/";
    }

    /**
     * Checks that transactions can be started and outlast their checkpoint.
     *
     * @throws ConfigException naming what prevents it
     */
    public void verify(CheckpointConfig checkpoints) {
        if (!transactional) {
            return;
        }
        verifyTimeout(checkpoints);
        try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
            Collection<Node> nodes = admin.await(admin.client().describeCluster().nodes());
            verifyBrokers(admin, nodes);
            verifyCoordinator(admin);
            verifyReadable(admin);
        } catch (KafkaException e) {
            throw KafkaErrors.toConfigException(kafka, e);
        }
    }

    /**
     * How many checkpoints in a row may fail before the job restarts, if the cluster does not say.
     * A restart repeats the calls since the last checkpoint, and does not mend a full disk. So
     * there is no limit, but for that of transactions, which must outlast their checkpoints.
     */
    public int tolerableFailures(CheckpointConfig checkpoints) {
        if (!transactional) {
            return CheckpointFailureManager.UNLIMITED_TOLERABLE_FAILURE_NUMBER;
        }
        long outlasted =
                (kafka.transactionTimeoutMillis() - RESTART_MILLIS) / longestMillis(checkpoints);
        return (int) Math.max(0, outlasted - 2);
    }

    /** The longest time that a checkpoint, or the wait for one, takes. */
    private static long longestMillis(CheckpointConfig checkpoints) {
        return Math.max(checkpoints.getCheckpointInterval(), checkpoints.getCheckpointTimeout());
    }

    /**
     * Checks that transactions outlast their checkpoint. A transaction starts with a checkpoint and
     * is committed when the next one is complete. Each of them may take its whole timeout, and one
     * that fails is followed by another.
     */
    void verifyTimeout(CheckpointConfig checkpoints) {
        long intervalMillis = checkpoints.getCheckpointInterval();
        long timeoutMillis = checkpoints.getCheckpointTimeout();
        int failures = checkpoints.getTolerableCheckpointFailureNumber();
        long minMillis = (2L + failures) * longestMillis(checkpoints) + RESTART_MILLIS;
        if (kafka.transactionTimeoutMillis() < minMillis) {
            throw refusal(
                    "kafka.transactionTimeoutMillis: must be at least %d for delivery: exactly_once, was %d: responses wait for two checkpoints (execution.checkpointing.interval: %d ms, .timeout: %d ms, .tolerable-failed-checkpoints: %d) and a restart (%d ms); raise it, or lower those"
                            .formatted(
                                    minMillis,
                                    kafka.transactionTimeoutMillis(),
                                    intervalMillis,
                                    timeoutMillis,
                                    failures,
                                    RESTART_MILLIS));
        }
    }

    private void verifyBrokers(KafkaAdmin admin, Collection<Node> nodes) {
        List<ConfigResource> brokers =
                nodes.stream()
                        .map(Node::idString)
                        .map(id -> new ConfigResource(ConfigResource.Type.BROKER, id))
                        .toList();
        Collection<Config> settings;
        try {
            settings = admin.await(admin.client().describeConfigs(brokers).all()).values();
        } catch (ApiException e) {
            LOG.warn(
                    "Cannot check kafka.transactionTimeoutMillis ({}) against {} of the brokers: {}",
                    kafka.transactionTimeoutMillis(),
                    MAX_TIMEOUT,
                    e.getMessage());
            return;
        }
        long maxMillis = numbers(settings, MAX_TIMEOUT).min().orElse(Long.MAX_VALUE);
        if (kafka.transactionTimeoutMillis() > maxMillis) {
            throw refusal(
                    "kafka.transactionTimeoutMillis: must be at most %d, the brokers' %s, was %d; lower it, or raise that on every broker"
                            .formatted(maxMillis, MAX_TIMEOUT, kafka.transactionTimeoutMillis()));
        }
        long replicas = numbers(settings, REPLICATION_FACTOR).max().orElse(0);
        if (replicas > nodes.size() && isMissing(admin, STATE_TOPIC)) {
            throw refusal(
                    "delivery: exactly_once needs as many brokers as %s says (%d) to start the first transaction, but there are %d; lower that on every broker, start more brokers, or choose at_least_once"
                            .formatted(REPLICATION_FACTOR, replicas, nodes.size()));
        }
        if (replicas == 1 && nodes.size() > 1) {
            LOG.warn(
                    "{} is 1: open transactions are lost with a single broker", REPLICATION_FACTOR);
        }
    }

    /** Describes a transaction. There need not be one: only a coordinator knows. */
    private void verifyCoordinator(KafkaAdmin admin) {
        String id = idPrefix(kafka, kafka.topics().deadLetters()) + "-0-0";
        try {
            admin.await(admin.client().describeTransactions(List.of(id)).description(id));
        } catch (TransactionalIdNotFoundException e) {
            // No earlier run has left a transaction with this id.
        } catch (TransactionalIdAuthorizationException e) {
            throw refusal(
                    "kafka.groupId: the user may not use transactional ids that begin with '%s/', as delivery: exactly_once does; grant Describe and Write"
                            .formatted(kafka.groupId()));
        } catch (RetriableException e) {
            throw refusal(
                    "delivery: exactly_once needs a transaction coordinator, but none is available: %s; check that at least %s brokers are up"
                            .formatted(e.getMessage(), REPLICATION_FACTOR));
        }
    }

    /** Checks that the connector can search the topics for open transactions of an earlier run. */
    private void verifyReadable(KafkaAdmin admin) {
        Map<String, String> written = new HashMap<>(topics);
        written.keySet().retainAll(Set.of("responses", "deadLetters"));
        Map<String, TopicDescription> described =
                admin.await(
                        admin.client()
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
                                        field, described.get(name), List.of(AclOperation.READ))));
        if (!errors.isEmpty()) {
            throw KafkaErrors.toConfigException(kafka, errors);
        }
    }

    private static boolean isMissing(KafkaAdmin admin, String topic) {
        try {
            admin.await(admin.client().describeTopics(List.of(topic)).allTopicNames());
            return false;
        } catch (UnknownTopicOrPartitionException e) {
            return true;
        } catch (TopicAuthorizationException e) {
            return false;
        }
    }

    private static LongStream numbers(Collection<Config> settings, String name) {
        return settings.stream()
                .map(setting -> KafkaAdmin.number(setting, name))
                .flatMapToLong(OptionalLong::stream);
    }

    private ConfigException refusal(String error) {
        return KafkaErrors.toConfigException(kafka, List.of(error));
    }
}
