package dev.messplus.job.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the settings of Kafka must be among themselves for the job to keep what it promises. */
final class KafkaRules {

    private static final String THE_JOB = "the job";

    /** What is set elsewhere, and where. */
    private static final Map<String, String> RESERVED =
            Map.of(
                    "bootstrap.servers", "kafka.bootstrap",
                    "group.id", "kafka.groupId",
                    "transaction.timeout.ms", "kafka.transactionTimeoutMillis",
                    "transactional.id", THE_JOB,
                    "isolation.level", THE_JOB,
                    "auto.offset.reset", THE_JOB,
                    "enable.auto.commit", THE_JOB);

    /** What a producer needs to lose nothing and to keep its order; the first is the default. */
    private static final Map<String, List<String>> REQUIRED =
            Map.of("acks", List.of("all", "-1"), "enable.idempotence", List.of("true"));

    private KafkaRules() {}

    static void check(MessConfig config, List<String> errors) {
        checkTopics(config.kafka().topics(), errors);
        checkProperties(config.kafka().properties(), errors);
        checkSizes(config, errors);
    }

    /** Two sinks on one topic would fence each other; a topic that feeds itself never ends. */
    private static void checkTopics(TopicsConfig topics, List<String> errors) {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("kafka.topics.requests", topics.requests());
        names.put("kafka.topics.responses", topics.responses());
        names.put("kafka.topics.feedback", topics.feedback());
        names.put("kafka.topics.deadLetters", topics.deadLetters());
        Map<String, String> fields = new HashMap<>();
        names.forEach(
                (field, name) -> {
                    String other = fields.putIfAbsent(name, field);
                    if (other != null) {
                        errors.add(
                                "%s: must be another topic than %s, both were %s"
                                        .formatted(field, other, name));
                    }
                });
    }

    private static void checkProperties(Map<String, String> properties, List<String> errors) {
        new TreeMap<>(properties)
                .forEach(
                        (property, value) -> {
                            String path = "kafka.properties." + property;
                            if (RESERVED.containsKey(property)) {
                                errors.add(
                                        "%s: is set by %s; leave it out"
                                                .formatted(path, RESERVED.get(property)));
                            }
                            List<String> required = REQUIRED.get(property);
                            if (required != null
                                    && !ConfigLoader.isUnknown(value)
                                    && !required.contains(value.strip())) {
                                errors.add(
                                        "%s: must be %s, was %s; leave it out, for that is its default"
                                                .formatted(path, required.get(0), value));
                            }
                        });
    }

    /** An answer that was scored must reach whoever asked, beside all else in its response. */
    private static void checkSizes(MessConfig config, List<String> errors) {
        String property = "kafka.properties." + KafkaConfig.MAX_REQUEST_SIZE;
        String size = config.kafka().properties().get(KafkaConfig.MAX_REQUEST_SIZE);
        if (ConfigLoader.isUnknown(size)) {
            return;
        }
        int most;
        try {
            most = config.kafka().maxRequestBytes();
        } catch (NumberFormatException e) {
            errors.add("%s: must be a number of bytes, was %s".formatted(property, size));
            return;
        }
        int answer = config.inference().maxResponseBytes();
        if (answer > most / 2) {
            errors.add(
                    "inference.maxResponseBytes: must be at most half of what a record of the"
                            + " responses topic may hold (%s: %d), was %d; lower it, or raise that"
                                    .formatted(property, most, answer)
                            + " and the topic's max.message.bytes");
        }
    }
}
