package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code embedding}: what turns prompts into features. */
public record EmbeddingSection(@Setting(byDefault = "static") String model) {}
