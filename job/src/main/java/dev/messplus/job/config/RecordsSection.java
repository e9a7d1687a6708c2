package dev.messplus.job.config;

import static dev.messplus.job.config.RecordsSection.CLASS;
import static dev.messplus.job.config.RecordsSection.WORDS;

import dev.messplus.setting.Setting;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Section {@code kafka.records}: the users' classes that read and write the values of records.
 * Without one, they are JSON.
 */
@RecordBuilder
public record RecordsSection(
        @Setting(pattern = CLASS, expected = WORDS) String requests,
        @Setting(pattern = CLASS, expected = WORDS) String responses,
        @Setting(pattern = CLASS, expected = WORDS) String feedback)
        implements Serializable {

    static final String CLASS = "^[A-Za-z_$][A-Za-z0-9_$]*(\\.[A-Za-z_$][A-Za-z0-9_$]*)*$";
    static final String WORDS = "the name of a class with its package";

    /** The names of the classes that are set, by the field that holds each. */
    public Map<String, String> byField() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("requests", requests);
        names.put("responses", responses);
        names.put("feedback", feedback);
        names.values().removeIf(Objects::isNull);
        return names;
    }
}
