package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code metrics}: which metrics there are. */
public record MetricsSection(@Setting(byDefault = "true") boolean perSla) {}
