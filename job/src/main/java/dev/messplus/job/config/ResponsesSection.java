package dev.messplus.job.config;

import dev.messplus.setting.Setting;
import java.util.Map;

/**
 * Section {@code responses}: what responses are written to, if not to their topic.
 *
 * @param files the files; {@code null} if they are not written to files
 * @param sink class of the user that makes their sinks; {@code null} for none
 * @param options what the class is given
 */
public record ResponsesSection(
        @Setting("Files to write responses to.") ResponseFilesSection files,
        @Setting(pattern = RecordsSection.CLASS, expected = RecordsSection.WORDS) String sink,
        @Setting(types = {"string", "number", "boolean"}) Map<String, String> options) {

    /** Whether they are written to their topic. */
    public boolean areOnTopic() {
        return files == null && sink == null;
    }

    /** Omits the options, which may hold credentials. */
    @Override
    public String toString() {
        return "ResponsesSection[files=" + files + ", sink=" + sink + "]";
    }
}
