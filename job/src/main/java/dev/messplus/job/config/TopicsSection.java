package dev.messplus.job.config;

import static dev.messplus.job.config.TopicsSection.NAME;
import static dev.messplus.job.config.TopicsSection.WORDS;

import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/** Section {@code kafka.topics}: the names of the topics. */
@RecordBuilder
public record TopicsSection(
        @Setting(byDefault = "mess.requests", pattern = NAME, expected = WORDS) String requests,
        @Setting(byDefault = "mess.responses", pattern = NAME, expected = WORDS) String responses,
        @Setting(byDefault = "mess.feedback", pattern = NAME, expected = WORDS) String feedback,
        @Setting(byDefault = "mess.measurements", pattern = NAME, expected = WORDS)
                String measurements,
        @Setting(byDefault = "mess.dead-letters", pattern = NAME, expected = WORDS)
                String deadLetters,
        @Setting(byDefault = "mess.files", pattern = NAME, expected = WORDS) String files,
        @Setting(byDefault = "mess.batches", pattern = NAME, expected = WORDS) String batches)
        implements Serializable {

    static final String NAME = "^[A-Za-z0-9._-]{1,249}$";
    static final String WORDS = "a Kafka topic name";

    /** The topics of the job by the field that holds each name, in the order of mess.yaml. */
    public Map<String, String> byField() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("requests", requests);
        names.put("responses", responses);
        names.put("feedback", feedback);
        names.put("measurements", measurements);
        names.put("deadLetters", deadLetters);
        return names;
    }

    /** The topics that doors alone use, in the same form. */
    public Map<String, String> ofDoors() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("files", files);
        names.put("batches", batches);
        return names;
    }
}
