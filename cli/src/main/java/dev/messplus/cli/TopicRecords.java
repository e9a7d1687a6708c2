package dev.messplus.cli;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.MessConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The commands write and read JSON on topics alone: they have neither the classes of users nor the
 * files of a job.
 */
final class TopicRecords {

    /** Requests, as section {@code kafka.records} names them. */
    static final String REQUESTS = "requests";

    /** Responses, as section {@code kafka.records} names them. */
    static final String RESPONSES = "responses";

    /** Feedback, as section {@code kafka.records} names it. */
    static final String FEEDBACK = "feedback";

    private TopicRecords() {}

    /**
     * Refuses a job whose records are not JSON on topics.
     *
     * @param source file of its configuration
     * @param command the command that writes or reads them
     * @param fields which it writes or reads
     * @throws ConfigException with an error for each of them
     */
    static void require(String source, MessConfig job, String command, Set<String> fields) {
        List<String> errors = new ArrayList<>();
        job.kafka()
                .records()
                .byField()
                .forEach(
                        (field, format) -> {
                            if (fields.contains(field)) {
                                errors.add(
                                        "%s: must not be set for mess %s, which has only JSON, was %s; use a Kafka client of your own"
                                                .formatted(path(field), command, format));
                            }
                        });
        if (fields.contains(REQUESTS) && !job.requests().areOnTopic()) {
            errors.add(noTopic(REQUESTS, command));
        }
        if (fields.contains(RESPONSES) && !job.responses().areOnTopic()) {
            errors.add(noTopic(RESPONSES, command));
        }
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
    }

    private static String noTopic(String section, String command) {
        return "%s: must not be set for mess %s, which uses their topic; it is for jobs without this section"
                .formatted(section, command);
    }

    /** Where a configuration names the class of records. */
    static String path(String field) {
        return "kafka.records." + field;
    }
}
