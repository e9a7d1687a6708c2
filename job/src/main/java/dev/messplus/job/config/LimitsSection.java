package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code limits}: the input that is accepted. Other records become dead letters. */
public record LimitsSection(
        @Setting(
                        value = "Longer prompts become dead letters.",
                        byDefault = "100000",
                        range = "[1, 10000000]")
                int maxPromptChars,
        @Setting(
                        value = "Larger requests become dead letters, which keep the beginning.",
                        byDefault = "1048576",
                        range = "[1024, 67108864]")
                int maxRecordBytes,
        @Setting(
                        value =
                                "Whether parts of a message may be other than text, such as images: [Messages](records.md#messages). Model servers fetch their addresses, and may reach hosts that the sender cannot.",
                        byDefault = "false")
                boolean allowContentParts) {}
