package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code limits}: the input that is accepted. Other records become dead letters. */
public record LimitsSection(
        @Setting(byDefault = "100000", range = "[1, 10000000]") int maxPromptChars,
        @Setting(byDefault = "1048576", range = "[1024, 67108864]") int maxRecordBytes,
        @Setting(byDefault = "false") boolean allowContentParts) {}
