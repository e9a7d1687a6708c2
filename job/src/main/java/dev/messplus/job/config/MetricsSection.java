package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code metrics}: which metrics there are. */
public record MetricsSection(
        @Setting(
                        value =
                                "Whether every SLA, or shard of one, has [gauges of its own](metrics.md#slas-and-models): 32, and 10 for each model. `false` saves the memory and time that they take with thousands of SLAs, but then `mess status`, the dashboard and the alerts show no SLA.",
                        byDefault = "true")
                boolean perSla) {}
