package dev.messplus.job.config;

import dev.messplus.setting.Setting;
import java.util.Map;

/**
 * Section {@code requests}: what requests are read from, if not from their topic.
 *
 * @param files the files; {@code null} if they are not read from files
 * @param source class of the user that makes their source; {@code null} for none
 * @param options what the class is given
 */
public record RequestsSection(
        @Setting("Files to read requests from.") RequestFilesSection files,
        @Setting(pattern = RecordsSection.CLASS, expected = RecordsSection.WORDS) String source,
        @Setting(types = {"string", "number", "boolean"}) Map<String, String> options) {

    /** Whether they are read from their topic. */
    public boolean areOnTopic() {
        return files == null && source == null;
    }

    /** Omits the options, which may hold credentials. */
    @Override
    public String toString() {
        return "RequestsSection[files=" + files + ", source=" + source + "]";
    }
}
