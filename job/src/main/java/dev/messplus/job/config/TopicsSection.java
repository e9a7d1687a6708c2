package dev.messplus.job.config;

import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Section {@code kafka.topics}: the names of the topics. */
@RecordBuilder
public record TopicsSection(
        @Setting(
                        byDefault = "mess.requests",
                        pattern = TopicsSection.NAME,
                        expected = TopicsSection.NAME_IN_WORDS)
                String requests,
        @Setting(
                        byDefault = "mess.responses",
                        pattern = TopicsSection.NAME,
                        expected = TopicsSection.NAME_IN_WORDS)
                String responses,
        @Setting(
                        byDefault = "mess.feedback",
                        pattern = TopicsSection.NAME,
                        expected = TopicsSection.NAME_IN_WORDS)
                String feedback,
        @Setting(
                        byDefault = "mess.measurements",
                        pattern = TopicsSection.NAME,
                        expected = TopicsSection.NAME_IN_WORDS)
                String measurements,
        @Setting(
                        byDefault = "mess.dead-letters",
                        pattern = TopicsSection.NAME,
                        expected = TopicsSection.NAME_IN_WORDS)
                String deadLetters)
        implements Serializable {

    private static final String NAME = "^[A-Za-z0-9._-]{1,249}$";
    private static final String NAME_IN_WORDS = "a Kafka topic name";

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
