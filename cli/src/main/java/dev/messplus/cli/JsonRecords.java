package dev.messplus.cli;

import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.KafkaSection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The commands write and read JSON alone: they do not have the classes of users. */
final class JsonRecords {

    private JsonRecords() {}

    /**
     * Refuses a job whose records are not JSON.
     *
     * @param source file of its configuration
     * @param command the command that writes or reads them
     * @param fields which it writes or reads, as section {@code kafka.records} names them
     * @throws ConfigException with an error for each of them
     */
    static void require(String source, KafkaSection kafka, String command, Set<String> fields) {
        List<String> errors =
                kafka.records().byField().entrySet().stream()
                        .filter(named -> fields.contains(named.getKey()))
                        .map(named -> error(named, command))
                        .toList();
        if (!errors.isEmpty()) {
            throw new ConfigException(source, errors);
        }
    }

    private static String error(Map.Entry<String, String> named, String command) {
        return "%s: must not be set for mess %s, which has only JSON, was %s; use a Kafka client of your own"
                .formatted(path(named.getKey()), command, named.getValue());
    }

    /** Where a configuration names the class of records. */
    static String path(String field) {
        return "kafka.records." + field;
    }
}
