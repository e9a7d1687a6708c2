package dev.messplus.job.config;

import dev.messplus.setting.Setting;

/**
 * Section {@code parallelism}: subtasks of the operators that need not have the job's parallelism.
 * {@code null} stands for the job's parallelism.
 */
public record ParallelismSection(
        @Setting(
                        value =
                                "Subtasks that read and parse requests and feedback. More than the topics have partitions are idle.",
                        otherwise = "the job's",
                        range = "[1, 32768]")
                Integer sources,
        @Setting(
                        value =
                                "Subtasks that compute features of prompts. Requests are spread evenly over them.",
                        otherwise = "the job's",
                        range = "[1, 32768]")
                Integer embed,
        @Setting(
                        value =
                                "Subtasks that decide. An SLA or [shard](routing.md#more-requests-than-one-core-can-decide) belongs to one of them.",
                        otherwise = "the job's, at most 128",
                        range = "[1, 128]")
                Integer route,
        @Setting(
                        value =
                                "Subtasks that call model servers and write the results. Requests are spread evenly over them.",
                        otherwise = "the job's",
                        range = "[1, 32768]")
                Integer infer) {}
