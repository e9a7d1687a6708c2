package dev.messplus.local.cluster;

import dev.messplus.local.embedded.Ports;
import dev.messplus.local.rest.FlinkRest;
import dev.messplus.local.rest.Polling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;

/**
 * A Flink session cluster on loopback: a JobManager and TaskManagers, each a JVM that can be killed
 * and replaced. All of them end when this is closed, and when this JVM ends.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final long END_TIMEOUT_MILLIS = 10_000;

    private final Path logs;
    private final JvmCommands commands;
    private final FlinkRest rest;
    private final List<FlinkProcess> taskManagers = new ArrayList<>();
    private final Thread closeAtExit = new Thread(this::endProcesses, "end-flink");

    private FlinkProcess zooKeeper;
    private FlinkProcess jobManager;
    private int started;

    private FlinkCluster(Path logs, JvmCommands commands, FlinkRest rest) {
        this.logs = logs;
        this.commands = commands;
        this.rest = rest;
    }

    /**
     * Starts a cluster and waits until all of its TaskManagers are registered.
     *
     * @throws IllegalArgumentException if the port of the web UI is taken
     * @throws IllegalStateException if a process ends, with the last of its log
     * @throws TimeoutException if that takes longer than two minutes
     */
    public static FlinkCluster start(Distribution distribution, ClusterOptions options)
            throws IOException, InterruptedException, TimeoutException {
        int restPort = restPort(options.restPort());
        Path folder = options.folder();
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("uploads"));
        ClusterSettings clusterSettings = new ClusterSettings(folder);
        Configuration settings = clusterSettings.of(options, restPort, Ports.free());
        int zooKeeperPort = Ports.free();
        if (options.highAvailability()) {
            clusterSettings.addHighAvailability(settings, Ports.LOOPBACK + ":" + zooKeeperPort);
        }
        ClusterSettings.write(settings, conf.resolve("config.yaml"));
        copyLogging(conf);
        JvmCommands commands = new JvmCommands(distribution.flinkClasspath(), conf, logs, settings);
        FlinkRest rest =
                new FlinkRest("http://" + Ports.LOOPBACK + ":" + restPort, new Configuration());
        FlinkCluster cluster = new FlinkCluster(logs, commands, rest);
        Runtime.getRuntime().addShutdownHook(cluster.closeAtExit);
        try {
            if (options.highAvailability()) {
                Path zoo = ZooKeeperSettings.write(folder, zooKeeperPort);
                cluster.zooKeeper =
                        FlinkProcess.start("zookeeper", logs, commands.zooKeeper("zookeeper", zoo));
            }
            cluster.restartJobManager();
            for (int i = 0; i < options.taskManagers(); i++) {
                cluster.addTaskManager();
            }
            cluster.awaitTaskManagers();
            return cluster;
        } catch (IOException | InterruptedException | TimeoutException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Address of the web UI and REST. */
    public String url() {
        return rest.url();
    }

    /** The JobManager that was started last. */
    public synchronized FlinkProcess jobManager() {
        return jobManager;
    }

    /** The TaskManagers that run. */
    public synchronized List<FlinkProcess> taskManagers() {
        return taskManagers.stream().filter(FlinkProcess::isAlive).toList();
    }

    /** Starts one more TaskManager; does not wait for it. */
    public synchronized FlinkProcess addTaskManager() throws IOException {
        String name = "taskmanager-" + ++started;
        FlinkProcess process = FlinkProcess.start(name, logs, commands.taskManager(name));
        taskManagers.add(process);
        return process;
    }

    /** Kills the JobManager if it runs, and starts another in its place; does not wait for it. */
    public synchronized FlinkProcess restartJobManager() throws IOException, InterruptedException {
        if (jobManager != null) {
            jobManager.kill();
        }
        jobManager = FlinkProcess.start("jobmanager", logs, commands.jobManager("jobmanager"));
        return jobManager;
    }

    /**
     * Waits until all TaskManagers that run are registered.
     *
     * @throws IllegalStateException if a process ends meanwhile, with the last of its log
     */
    public void awaitTaskManagers() throws InterruptedException, TimeoutException {
        List<FlinkProcess> expected = taskManagers();
        Polling.until(
                () -> {
                    requireAlive(jobManager());
                    expected.forEach(FlinkCluster::requireAlive);
                    return rest.overview().getNumTaskManagersConnected();
                },
                connected -> connected == expected.size(),
                START_TIMEOUT,
                "start of Flink, whose logs are in " + logs);
    }

    @Override
    public void close() {
        endProcesses();
        Runtime.getRuntime().removeShutdownHook(closeAtExit);
        rest.close();
    }

    private synchronized void endProcesses() {
        List<FlinkProcess> all = new ArrayList<>(taskManagers);
        if (jobManager != null) {
            all.add(jobManager);
        }
        try {
            end(all);
            // The JobManager takes leave of it.
            if (zooKeeper != null) {
                end(List.of(zooKeeper));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(List<FlinkProcess> processes) throws InterruptedException {
        processes.forEach(FlinkProcess::terminate);
        for (FlinkProcess process : processes) {
            process.awaitEnd(END_TIMEOUT_MILLIS);
        }
    }

    private static void requireAlive(FlinkProcess process) {
        if (!process.isAlive()) {
            throw new IllegalStateException(
                    "%s ended; the last of %s:%n%s"
                            .formatted(process.name(), process.log(), process.lastWords()));
        }
    }

    private static int restPort(int wanted) throws IOException {
        int port = Ports.freeOr(wanted);
        if (wanted != 0 && port != wanted) {
            throw new IllegalArgumentException(
                    "--port: %d is taken; another is free: %d".formatted(wanted, port));
        }
        return port;
    }

    private static void copyLogging(Path conf) throws IOException {
        try (InputStream in = FlinkCluster.class.getResourceAsStream("log4j2.properties")) {
            Files.write(conf.resolve("log4j2.properties"), in.readAllBytes());
        }
    }
}
