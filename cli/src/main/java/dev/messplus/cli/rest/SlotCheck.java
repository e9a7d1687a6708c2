package dev.messplus.cli.rest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.apache.flink.runtime.rest.handler.legacy.messages.ClusterOverviewWithVersion;

/** Checks before a job is submitted that it will find enough slots. */
public final class SlotCheck {

    /** A job that was just stopped gives its slots back a moment later. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The TaskManagers of a cluster that was just started register within seconds. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final FlinkRest rest;
    private final Consumer<String> progress;

    /**
     * A check of the cluster behind {@code rest}.
     *
     * @param progress receives what the check waits for
     */
    public SlotCheck(FlinkRest rest, Consumer<String> progress) {
        this.rest = rest;
        this.progress = progress;
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
            awaitTaskManagers();
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

    private void awaitTaskManagers() throws InterruptedException, TimeoutException {
        if (rest.overview().getNumTaskManagersConnected() == 0) {
            progress.accept(
                    "no TaskManager has registered yet; waiting up to %d s"
                            .formatted(START_PATIENCE.toSeconds()));
            Polling.until(
                    () -> rest.overview().getNumTaskManagersConnected(),
                    taskManagers -> taskManagers > 0,
                    START_PATIENCE,
                    "registration of TaskManagers");
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
