package dev.messplus.job.config;

import dev.messplus.infer.config.BacklogPolicy;
import dev.messplus.setting.Setting;

/** Section {@code backlog} of an SLA: what happens to requests that have to wait for a call. */
public record BacklogSection(
        @Setting(byDefault = "oldest_first") BacklogPolicy.Order order,
        @Setting(range = "[1, 2592000000]") Long shedAfterMillis) {}
