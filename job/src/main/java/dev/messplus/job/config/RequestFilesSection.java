package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code requests.files}: the files that requests are read from, one on each line. */
public record RequestFilesSection(
        @Setting(required = true) String path,
        @Setting(byDefault = "10000", range = "[100, 86400000]") long discoverMillis) {}
