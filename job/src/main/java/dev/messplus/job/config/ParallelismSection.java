package dev.messplus.job.config;

import static java.util.Objects.requireNonNullElse;

import dev.messplus.route.config.Shards;
import dev.messplus.setting.Setting;
import java.util.Collections;
import java.util.List;

/**
 * Section {@code parallelism}: subtasks of the operators that need not have the job's parallelism.
 * {@code null} stands for the job's parallelism.
 */
public record ParallelismSection(
        @Setting(range = "[1, 32768]") Integer sources,
        @Setting(range = "[1, 32768]") Integer embed,
        @Setting(range = "[1, 128]") Integer route,
        @Setting(range = "[1, 32768]") Integer infer) {

    /** What it is in a job of this parallelism; nothing is {@code null} there. */
    public ParallelismSection in(int job) {
        return new ParallelismSection(
                requireNonNullElse(sources, job),
                requireNonNullElse(embed, job),
                // No more subtasks could have a key.
                Math.min(requireNonNullElse(route, job), Shards.MAX),
                requireNonNullElse(infer, job));
    }

    /** Slots that a job takes, given what this is {@link #in} it. Its operators share them. */
    public int slots() {
        return Collections.max(List.of(sources, embed, route, infer));
    }
}
