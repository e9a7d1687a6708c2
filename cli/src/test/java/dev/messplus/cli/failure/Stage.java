package dev.messplus.cli.failure;

import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.FlinkRestException;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.DcgmProcess;
import dev.messplus.testkit.Patience;
import dev.messplus.testkit.QueueingModelProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.IOUtils;

/**
 * The processes that jobs run on: a broker, a Flink cluster, three model servers and an exporter of
 * what their GPUs use. A Flink process that ends is started again, as a container would be.
 */
final class Stage implements AutoCloseable {

    private static final int TASK_MANAGERS = 2;

    /** Calls that a model server answers at a time: with their duration, 1,600 a second. */
    static final int MODEL_SLOTS = 32;

    /** How long a call to a model server takes on average. */
    static final long SERVICE_MILLIS = 20;

    /** Enough slots for all jobs at their largest parallelism. */
    private static final int SLOTS = 5;

    /**
     * Memory for that many slots, and no compiler that only pays off in processes that live longer.
     */
    private static final Map<String, String> MEMORY =
            Map.of(
                    "env.java.opts.jobmanager", "-XX:TieredStopAtLevel=1",
                    "env.java.opts.taskmanager", "-XX:TieredStopAtLevel=1",
                    "taskmanager.memory.process.size", "1728m",
                    "taskmanager.memory.network.min", "64m",
                    "taskmanager.memory.network.max", "64m",
                    "taskmanager.memory.managed.size", "256m");

    /** Has a job change its parallelism at once, and not after a minute. */
    private static final Map<String, String> QUICK_RESCALES =
            Map.of(
                    "jobmanager.adaptive-scheduler.submission.resource-stabilization-timeout",
                    "1 s",
                    "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling",
                    "1 s",
                    "jobmanager.adaptive-scheduler.executing.resource-stabilization-timeout",
                    "1 s",
                    "jobmanager.adaptive-scheduler.rescale-trigger.max-delay",
                    "1 s");

    static final String DEFAULT = "default";
    static final String ADAPTIVE = "adaptive";

    private static final long SUPERVISION_MILLIS = 100;

    private final Path folder;
    private final String scheduler;
    private final CheckpointDisk disk;
    private final BrokerProcess broker;
    private final Map<String, QueueingModelProcess> models = new LinkedHashMap<>();
    private final DcgmProcess exporter;
    private final FlinkCluster flink;
    private final FlinkRest rest;
    private final ScheduledExecutorService supervisor =
            Executors.newSingleThreadScheduledExecutor();

    /**
     * Starts everything.
     *
     * @param folder folder for data and logs
     * @param scheduler {@link #DEFAULT} or {@link #ADAPTIVE}
     */
    Stage(Path folder, String scheduler)
            throws IOException, InterruptedException, TimeoutException {
        this.folder = folder;
        this.scheduler = scheduler;
        disk = CheckpointDisk.at(folder.resolve("checkpoints"));
        broker = new BrokerProcess(folder.resolve("kafka"));
        for (String model : List.of("small", "medium", "large")) {
            models.put(
                    model, QueueingModelProcess.start(Ports.free(), MODEL_SLOTS, SERVICE_MILLIS));
        }
        exporter = new DcgmProcess(Ports.free(), 1);
        flink =
                FlinkCluster.start(
                        FlinkDistribution.ofCommand(),
                        new ClusterOptions(
                                folder.resolve("flink"),
                                0,
                                TASK_MANAGERS,
                                SLOTS,
                                true,
                                settings()));
        rest = new FlinkRest(flink.url(), new Configuration());
        ScheduledFuture<?> unused =
                supervisor.scheduleWithFixedDelay(
                        this::replaceEnded, 0, SUPERVISION_MILLIS, TimeUnit.MILLISECONDS);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(MEMORY);
        settings.put("execution.checkpointing.dir", disk.folder().toUri().toString());
        if (isAdaptive()) {
            settings.put("jobmanager.scheduler", "adaptive");
            settings.putAll(QUICK_RESCALES);
        }
        return settings;
    }

    /** The scheduler of the cluster. */
    String scheduler() {
        return scheduler;
    }

    /** Whether jobs can be rescaled in place. */
    boolean isAdaptive() {
        return scheduler.equals(ADAPTIVE);
    }

    /** What the checkpoints are on. */
    CheckpointDisk disk() {
        return disk;
    }

    BrokerProcess broker() {
        return broker;
    }

    FlinkCluster flink() {
        return flink;
    }

    FlinkRest rest() {
        return rest;
    }

    /** The model servers by model, from small to large. */
    Map<String, QueueingModelProcess> models() {
        return models;
    }

    /** What the GPUs use. */
    DcgmProcess exporter() {
        return exporter;
    }

    /** Waits until all TaskManagers run and are registered. */
    void awaitWhole() {
        Patience.await()
                .ignoreExceptionsInstanceOf(FlinkRestException.class)
                .until(
                        () ->
                                flink.taskManagers().size() == TASK_MANAGERS
                                        && rest.overview().getNumTaskManagersConnected()
                                                == TASK_MANAGERS);
    }

    /** Creates a folder. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private void replaceEnded() {
        try {
            flink.replaceEnded().forEach(next -> System.out.println("Started " + next.name()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws Exception {
        supervisor.shutdown();
        supervisor.awaitTermination(1, TimeUnit.MINUTES);
        List<AutoCloseable> parts = new ArrayList<>(List.of(rest, flink));
        parts.addAll(models.values());
        parts.addAll(List.of(exporter, broker, disk));
        IOUtils.closeAll(parts);
    }
}
