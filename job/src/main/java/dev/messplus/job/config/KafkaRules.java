package dev.messplus.job.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What section {@code kafka} must fulfil for the delivery guarantees of the job to hold. */
final class KafkaRules {

    private static final String THE_JOB = "the job";

    /** Kafka properties that cannot be set, and what sets them instead. */
    private static final Map<String, String> RESERVED =
            Map.of(
                    "bootstrap.servers", "kafka.bootstrap",
                    "group.id", "kafka.groupId",
                    "transaction.timeout.ms", "kafka.transactionTimeoutMillis",
                    "transactional.id", THE_JOB,
                    "isolation.level", THE_JOB,
                    "auto.offset.reset", THE_JOB,
                    "enable.auto.commit", THE_JOB);

    /**
     * Values that a producer needs so that it loses no record and keeps the order; the first is the
     * default.
     */
    private static final Map<String, List<String>> REQUIRED =
            Map.of("acks", List.of("all", "-1"), "enable.idempotence", List.of("true"));

    private KafkaRules() {}

    static void check(MessConfig config, List<String> errors) {
        checkTopics(config.kafka().topics(), errors);
        new TreeMap<>(config.kafka().properties())
                .forEach((property, value) -> checkProperty(property, value, errors));
        if (config.kafka().rackVariable() != null
                && config.kafka().properties().containsKey("client.rack")) {
            errors.add(
                    "kafka.rackVariable: cannot be set together with kafka.properties.client.rack; remove one");
        }
        checkSizes(config, errors);
    }

    /**
     * Refuses a topic with two roles. Two sinks on one topic would abort each other's transactions,
     * and a job that reads what it writes would never finish.
     */
    private static void checkTopics(TopicsSection topics, List<String> errors) {
        Map<String, String> fields = new HashMap<>();
        Map<String, String> names = topics.byField();
        names.putAll(topics.ofDoors());
        names.forEach(
                (field, name) -> {
                    String other = fields.putIfAbsent(name, field);
                    if (other != null) {
                        errors.add(
                                "kafka.topics.%s: must differ from kafka.topics.%s, both were %s"
                                        .formatted(field, other, name));
                    }
                });
    }

    private static void checkProperty(String property, String value, List<String> errors) {
        String path = "kafka.properties." + property;
        if (RESERVED.containsKey(property)) {
            errors.add("%s: is set by %s; remove it".formatted(path, RESERVED.get(property)));
        }
        List<String> required = REQUIRED.get(property);
        if (required != null
                && !Variables.isUnresolved(value)
                && !required.contains(value.strip())) {
            errors.add(
                    "%s: must be %s, which is the default, was %s; remove it"
                            .formatted(path, required.get(0), value));
        }
    }

    /**
     * Makes sure that an answer fits into a response beside everything else there. It has been
     * scored by then, so it must reach the client.
     */
    private static void checkSizes(MessConfig config, List<String> errors) {
        String property = "kafka.properties." + KafkaSection.MAX_REQUEST_SIZE;
        String size = config.kafka().properties().get(KafkaSection.MAX_REQUEST_SIZE);
        if (Variables.isUnresolved(size)) {
            return;
        }
        int maxRequestBytes;
        try {
            maxRequestBytes = config.kafka().maxRequestBytes();
        } catch (NumberFormatException e) {
            errors.add("%s: must be a number of bytes, was %s".formatted(property, size));
            return;
        }
        int maxResponseBytes = config.inference().maxResponseBytes();
        if (maxResponseBytes > maxRequestBytes / 2) {
            errors.add(
                    "inference.maxResponseBytes: must be at most half of %s (%d), was %d; lower it, or raise that property and max.message.bytes of the responses topic"
                            .formatted(property, maxRequestBytes, maxResponseBytes));
        }
    }
}
