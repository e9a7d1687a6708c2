package dev.messplus.job.kafka.admin;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
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
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Topics on the broker: creates and checks them before the job, or a door, starts. */
public final class Topics {

    private static final Logger LOG = LoggerFactory.getLogger(Topics.class);

    private static final String REQUESTS = "requests";
    private static final String FEEDBACK = "feedback";
    private static final String MEASUREMENTS = "measurements";

    private static final String TIMESTAMP_TYPE = TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
    private static final String LOG_APPEND_TIME = TimestampType.LOG_APPEND_TIME.name;

    /** The setting with which the broker, not the sender, says when a record was written. */
    private static final String BROKER_TIME = TIMESTAMP_TYPE + "=" + LOG_APPEND_TIME;

    /** As many doors run batches at most, each with a producer for each of its partitions. */
    private static final int BATCH_PARTITIONS = 8;

    /** Partitions as the configuration says. */
    private static final int CONFIGURED = 0;

    /** Files and batches are kept for 30 days, batches from their end on. */
    private static final Map<String, String> KEPT =
            Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    "compact,delete",
                    // A door reads the topic of batches whole when it starts.
                    TopicConfig.SEGMENT_BYTES_CONFIG,
                    String.valueOf(16 << 20),
                    TopicConfig.SEGMENT_MS_CONFIG,
                    String.valueOf(Duration.ofHours(1).toMillis()),
                    TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
                    "0.1",
                    // What is deleted is to be gone.
                    TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG,
                    String.valueOf(Duration.ofDays(1).toMillis()),
                    TopicConfig.RETENTION_MS_CONFIG,
                    String.valueOf(Duration.ofDays(45).toMillis()));

    private static final Map<String, Role> OF_THE_JOB =
            Map.of(
                    REQUESTS,
                    new Role(
                            CONFIGURED, Map.of(TIMESTAMP_TYPE, LOG_APPEND_TIME), AclOperation.READ),
                    "responses",
                    new Role(AclOperation.WRITE),
                    FEEDBACK,
                    new Role(AclOperation.READ),
                    MEASUREMENTS,
                    new Role(AclOperation.READ, AclOperation.WRITE),
                    "deadLetters",
                    new Role(AclOperation.WRITE));

    private static final Map<String, Role> OF_DOORS =
            Map.of(
                    "files",
                    new Role(CONFIGURED, KEPT, AclOperation.READ, AclOperation.WRITE),
                    "batches",
                    new Role(BATCH_PARTITIONS, KEPT, AclOperation.READ, AclOperation.WRITE));

    /**
     * What a topic is for.
     *
     * @param fixedPartitions with which it is created; {@link #CONFIGURED} for as many as the
     *     configuration says
     * @param settings with which it is created
     * @param operations what is done with it
     */
    private record Role(
            int fixedPartitions, Map<String, String> settings, List<AclOperation> operations) {

        Role(int fixedPartitions, Map<String, String> settings, AclOperation... operations) {
            this(fixedPartitions, settings, List.of(operations));
        }

        Role(AclOperation... operations) {
            this(CONFIGURED, Map.of(), operations);
        }

        boolean isWritten() {
            return operations.contains(AclOperation.WRITE);
        }
    }

    /** What goes wrong if senders of requests set the time of their records. */
    private static final String SENDERS_TIME =
            "The time of a request counts from it, so a sender whose clock is slow has less time, and may get no answer";

    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private static final Retry UNTIL_KNOWN =
            Retry.of(
                    "created topics",
                    RetryConfig.custom()
                            .maxAttempts(
                                    (int) (KafkaAdmin.TIMEOUT_MILLIS / POLL_INTERVAL.toMillis()))
                            .waitDuration(POLL_INTERVAL)
                            .retryExceptions(UnknownTopicOrPartitionException.class)
                            .build());

    private final KafkaSection kafka;
    private final Map<String, String> topics;
    private final Map<String, Role> roles;

    private Topics(KafkaSection kafka, Map<String, String> topics, Map<String, Role> roles) {
        this.kafka = kafka;
        this.topics = topics;
        this.roles = roles;
    }

    /** All topics of a job named in {@code kafka}. */
    public Topics(KafkaSection kafka) {
        this(kafka, kafka.topics().byField(), OF_THE_JOB);
    }

    /** The topics that a job uses. */
    public Topics(MessConfig config) {
        this(config.kafka(), config.topics(), OF_THE_JOB);
    }

    /** The topics that doors have beside those of the job. */
    public static Topics ofDoors(KafkaSection kafka) {
        return new Topics(kafka, kafka.topics().ofDoors(), OF_DOORS);
    }

    /**
     * Makes sure that all topics exist, that the user may use them, and that those of the job
     * accept the largest record that it writes. Otherwise the job would start and then restart for
     * ever.
     *
     * @throws ConfigException naming every topic that is missing and not to be created, that the
     *     user may not use, or that accepts too small records only
     */
    public void ensure() {
        try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
            Map<String, String> missing = missing(admin);
            if (!missing.isEmpty()) {
                create(admin, missing);
                awaitLeaders(admin, missing.values());
            }
            if (roles == OF_THE_JOB) {
                checkSettings(admin);
            }
        } catch (KafkaException e) {
            throw KafkaErrors.toConfigException(kafka, e);
        }
    }

    /** The end offsets of all partitions of a topic, as their leaders report them. */
    public Map<TopicPartition, Long> endOffsets(String topic) {
        try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
            return endOffsets(admin, List.of(topic));
        } catch (KafkaException e) {
            throw KafkaErrors.toConfigException(kafka, e);
        }
    }

    /**
     * Errors for those of {@code needed} that the user may not do with a topic; none if the broker
     * does not reveal what is authorized.
     *
     * @param field of the topic in {@code kafka.topics}
     */
    static List<String> forbidden(
            String field, TopicDescription topic, Collection<AclOperation> needed) {
        Set<AclOperation> authorized = topic.authorizedOperations();
        return needed.stream()
                .filter(operation -> authorized != null && !authorized.contains(operation))
                .map(
                        operation ->
                                "kafka.topics.%s: the user may not %s topic '%s'; grant it"
                                        .formatted(field, operation, topic.name()))
                .toList();
    }

    /** The topics that do not exist and may be created, by field. */
    private Map<String, String> missing(KafkaAdmin admin) {
        Map<String, String> missing = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.client()
                        .describeTopics(
                                topics.values(),
                                new DescribeTopicsOptions().includeAuthorizedOperations(true))
                        .topicNameValues();
        topics.forEach(
                (field, name) -> {
                    try {
                        TopicDescription topic = admin.await(descriptions.get(name));
                        errors.addAll(forbidden(field, topic, roles.get(field).operations()));
                    } catch (UnknownTopicOrPartitionException e) {
                        missing.put(field, name);
                        if (!kafka.createTopics()) {
                            errors.add(isMissing(field, name));
                        }
                    } catch (TopicAuthorizationException e) {
                        errors.add(
                                "kafka.topics.%s: the user may not see topic '%s'; grant %s, or check the name"
                                        .formatted(field, name, roles.get(field).operations()));
                    }
                });
        throwIfAny(errors);
        return missing;
    }

    private String isMissing(String field, String name) {
        String moved =
                field.equals(MEASUREMENTS)
                        ? " the job writes its own measurements there, and no longer to topic '%s';"
                                .formatted(kafka.topics().feedback())
                        : "";
        return "kafka.topics.%s: topic '%s' does not exist;%s create it with kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d%s, or set kafka.createTopics: true"
                .formatted(
                        field,
                        name,
                        moved,
                        kafka.bootstrap(),
                        name,
                        partitions(field),
                        roles.get(field).settings().entrySet().stream()
                                .map(setting -> " --config " + setting)
                                .sorted()
                                .collect(Collectors.joining()));
    }

    private void create(KafkaAdmin admin, Map<String, String> missing) {
        List<NewTopic> created = new ArrayList<>();
        missing.forEach((field, name) -> created.add(newTopic(field, name)));
        for (KafkaFuture<Void> creation : admin.client().createTopics(created).values().values()) {
            try {
                admin.await(creation);
            } catch (TopicExistsException e) {
                // Another client created it in the meantime.
            }
        }
    }

    private NewTopic newTopic(String field, String name) {
        return new NewTopic(name, Optional.of(partitions(field)), Optional.empty())
                .configs(roles.get(field).settings());
    }

    private int partitions(String field) {
        int fixed = roles.get(field).fixedPartitions();
        return fixed == CONFIGURED ? kafka.partitions() : fixed;
    }

    /**
     * Waits until the leader of each partition is up, which it is once it reports the end offset.
     *
     * <p>If a producer writes to a new partition earlier, its second batch may be accepted before
     * its first, which is then refused until it expires (KAFKA-15591). This can go when brokers
     * before Kafka 4.5 are no longer supported.
     */
    private static void awaitLeaders(KafkaAdmin admin, Collection<String> created) {
        // The broker that is asked may not know a new topic yet.
        UNTIL_KNOWN.executeRunnable(() -> endOffsets(admin, created));
    }

    /**
     * Refuses topics that the job may write larger records to than they accept, and warns if
     * senders set the time of requests.
     */
    private void checkSettings(KafkaAdmin admin) {
        Map<String, String> checked = new LinkedHashMap<>(topics);
        checked.remove(FEEDBACK);
        Map<ConfigResource, KafkaFuture<Config>> configs =
                admin.client()
                        .describeConfigs(checked.values().stream().map(Topics::resource).toList())
                        .values();
        List<String> errors = new ArrayList<>();
        checked.forEach(
                (field, name) -> {
                    try {
                        Config config = admin.await(configs.get(resource(name)));
                        if (roles.get(field).isWritten()) {
                            requireRoom(field, name, config, errors);
                        } else {
                            warnOfSendersTime(name, config);
                        }
                    } catch (ApiException e) {
                        LOG.warn(
                                "kafka.topics.{}: cannot check the settings of topic '{}' ({}): {}",
                                field,
                                name,
                                roles.get(field).isWritten()
                                        ? "whether it accepts the largest records of the job, of %d bytes"
                                                .formatted(kafka.maxRequestBytes())
                                        : "whether the broker sets the time of records",
                                e.getMessage());
                    }
                });
        throwIfAny(errors);
    }

    private void requireRoom(String field, String name, Config config, List<String> errors) {
        OptionalLong maxBytes = KafkaAdmin.number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (maxBytes.orElse(Long.MAX_VALUE) < kafka.maxRequestBytes()) {
            errors.add(
                    "kafka.topics.%s: topic '%s' accepts records of at most %d bytes (max.message.bytes), but the job may write %d; raise max.message.bytes, or lower kafka.properties.max.request.size"
                            .formatted(field, name, maxBytes.getAsLong(), kafka.maxRequestBytes()));
        }
    }

    private void warnOfSendersTime(String name, Config config) {
        ConfigEntry type = config.get(TIMESTAMP_TYPE);
        if (type != null && !LOG_APPEND_TIME.equals(type.value())) {
            LOG.warn(
                    "kafka.topics.requests: senders set the time of records on topic '{}' ({}: {}). {}. Let the broker set it: kafka-configs.sh --bootstrap-server {} --alter --topic {} --add-config {}",
                    name,
                    TIMESTAMP_TYPE,
                    type.value(),
                    SENDERS_TIME,
                    kafka.bootstrap(),
                    name,
                    BROKER_TIME);
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** The end offsets of all partitions, as their leaders report them. */
    private static Map<TopicPartition, Long> endOffsets(
            KafkaAdmin admin, Collection<String> topics) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (TopicDescription topic :
                admin.await(admin.client().describeTopics(topics).allTopicNames()).values()) {
            for (TopicPartitionInfo info : topic.partitions()) {
                latest.put(new TopicPartition(topic.name(), info.partition()), OffsetSpec.latest());
            }
        }
        Map<TopicPartition, Long> offsets = new HashMap<>();
        admin.await(admin.client().listOffsets(latest).all())
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private void throwIfAny(List<String> errors) {
        if (!errors.isEmpty()) {
            throw KafkaErrors.toConfigException(kafka, errors);
        }
    }
}
