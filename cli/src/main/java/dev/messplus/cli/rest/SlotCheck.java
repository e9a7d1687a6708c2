package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;

/** Checks before a job is submitted that it will find enough slots. */
public final class SlotCheck {

    /** A job that was just stopped gives its slots back a moment later. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final FlinkRest rest;

    /** A check of the cluster behind {@code rest}. */
    public SlotCheck(FlinkRest rest) {
        this.rest = rest;
    }

    /**
     * What is missing, in words; empty if there are enough free slots, or if the cluster may start
     * more.
     *
     * @param parallelism of the job; null for the cluster's default
     * @param slots how many slots the job takes at a parallelism
     */
    public Optional<String> missing(Integer parallelism, IntUnaryOperator slots)
            throws InterruptedException {
        ClusterConfiguration configuration = new ClusterConfiguration(rest);
        if (configuration.isElastic()) {
            return Optional.empty();
        }
        Integer known = parallelism == null ? configuration.defaultParallelism() : parallelism;
        int needed = slots.applyAsInt(known == null ? 1 : known);
        try {
            Polling.until(
                    () -> rest.overview().getNumSlotsAvailable(),
                    free -> free >= needed,
                    PATIENCE,
                    "free slots");
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of(describe(needed, rest.overview()));
        }
    }

    private static String describe(int needed, ClusterOverviewWithVersion cluster) {
        int total = cluster.getNumSlotsTotal();
        return "the job needs %d slots; %d exist, %d of them free: %s, or lower --parallelism and parallelism in the configuration"
                .formatted(
                        needed,
                        total,
                        cluster.getNumSlotsAvailable(),
                        needed <= total
                                ? "stop another job, start more TaskManagers"
                                : "start more TaskManagers");
    }
}
