package dev.messplus.job.config;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Section {@code kafka.topics}: the names of the topics. */
public record TopicsSection(
        String requests, String responses, String feedback, String measurements, String deadLetters)
        implements Serializable {

    public TopicsSection {
        requests = Defaults.or(requests, Defaults.REQUESTS_TOPIC);
        responses = Defaults.or(responses, Defaults.RESPONSES_TOPIC);
        feedback = Defaults.or(feedback, Defaults.FEEDBACK_TOPIC);
        measurements = Defaults.or(measurements, Defaults.MEASUREMENTS_TOPIC);
        deadLetters = Defaults.or(deadLetters, Defaults.DEAD_LETTERS_TOPIC);
    }

    /** The names by the field that holds each, in the order of mess.yaml. */
    public Map<String, String> byField() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("requests", requests);
        names.put("responses", responses);
        names.put("feedback", feedback);
        names.put("measurements", measurements);
        names.put("deadLetters", deadLetters);
        return names;
    }
}
