package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/** Section {@code backlog} of an SLA: what happens to requests that have to wait for a call. */
public record BacklogSection(
        @Setting(
                        value =
                                "Which of the requests that [wait for a model](model-servers.md#when-requests-wait) is called first.",
                        byDefault = "oldest_first")
                Order order,
        @Setting(
                        value =
                                "A request that was [sent](records.md#requests) longer ago than this is answered with `status: expired`, without a call.",
                        otherwise = "never",
                        range = "[1, 2592000000]")
                Long shedAfterMillis) {

    /** Which request is called first. */
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }
}
