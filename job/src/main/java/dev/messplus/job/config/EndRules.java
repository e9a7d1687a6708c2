package dev.messplus.job.config;

import java.util.List;

/**
 * What sections {@code requests} and {@code responses} must fulfil, each for one end of the job.
 */
final class EndRules {

    private EndRules() {}

    static void check(MessConfig config, List<String> errors) {
        RequestsSection requests = config.requests();
        RecordsSection formats = config.kafka().records();
        checkEnd(
                "requests.source",
                requests.source(),
                requests.files() != null,
                !requests.options().isEmpty(),
                errors);
        if (!requests.areOnTopic() && formats.requests() != null) {
            errors.add(noTopic("requests", formats.requests()));
        }
        ResponsesSection responses = config.responses();
        checkEnd(
                "responses.sink",
                responses.sink(),
                responses.files() != null,
                !responses.options().isEmpty(),
                errors);
        if (!responses.areOnTopic() && formats.responses() != null) {
            errors.add(noTopic("responses", formats.responses()));
        }
    }

    private static void checkEnd(
            String path, String name, boolean files, boolean options, List<String> errors) {
        if (files && name != null) {
            errors.add(
                    "%s: cannot be set together with files, was %s; remove one"
                            .formatted(path, name));
        }
        if (options && name == null) {
            errors.add(
                    "%s.options: has no effect without %s; set that, or remove it"
                            .formatted(path.substring(0, path.indexOf('.')), path));
        }
    }

    private static String noTopic(String field, String format) {
        return "kafka.records.%s: has no effect, because section %s sets that they are on no topic, was %s; remove one"
                .formatted(field, field, format);
    }
}
