package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code responses.files}: the files that responses are written to, one on each line. */
public record ResponseFilesSection(
        @Setting(required = true) String path,
        @Setting(byDefault = "60000", range = "[100, 86400000]") long rollMillis) {}
