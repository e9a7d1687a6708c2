package dev.messplus.cli.cluster;

import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.Polling;
import dev.messplus.local.embedded.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.SecurityOptions;

/**
 * A Flink session cluster on loopback: a JobManager and TaskManagers, each a JVM that can be killed
 * and replaced. All of them end when this is closed, and when this JVM ends, however it does.
 *
 * <p>With high availability there is a ZooKeeper too, and a JobManager that was killed and started
 * again goes on with its jobs; without, they are gone.
 */
public final class FlinkCluster implements AutoCloseable {

    private static final String JOB_MANAGER = "jobmanager";
    private static final String TASK_MANAGER = "taskmanager-";
    private static final String ZOO_KEEPER = "zookeeper";
    private static final String LOGGING = "log4j2.properties";

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final long END_TIMEOUT_MILLIS = 10_000;

    private final Path logs;
    private final JvmCommands commands;
    private final FlinkRest rest;
    private final List<FlinkProcess> taskManagers = new ArrayList<>();

    private FlinkProcess zooKeeper;
    private FlinkProcess jobManager;
    private int taskManagersStarted;
    private boolean closed;

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
        Path folder = options.folder();
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.createDirectories(folder.resolve("uploads"));
        ClusterSettings clusterSettings = new ClusterSettings(folder);
        int restPort = restPort(options.restPort());
        Configuration settings = clusterSettings.of(options, restPort, Ports.free());
        Path zooKeeperConfig = null;
        if (options.highAvailability()) {
            int port = Ports.free();
            zooKeeperConfig = ZooKeeperSettings.write(folder, port);
            clusterSettings.addHighAvailability(settings, Ports.LOOPBACK + ":" + port);
        }
        ClusterSettings.write(settings, conf.resolve("config.yaml"));
        copyLogging(conf);
        FlinkCluster cluster =
                new FlinkCluster(
                        logs,
                        new JvmCommands(distribution.flinkClasspath(), conf, logs, settings),
                        new FlinkRest(url(settings, restPort), settings));
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::endProcesses, "end-flink"));
        try {
            cluster.startProcesses(options.taskManagers(), zooKeeperConfig);
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

    /**
     * Starts one more TaskManager; does not wait for it.
     *
     * @throws IllegalStateException once the cluster is closed, or this JVM ends
     */
    public synchronized FlinkProcess addTaskManager() throws IOException {
        requireOpen();
        String name = TASK_MANAGER + ++taskManagersStarted;
        FlinkProcess process = FlinkProcess.start(name, logs, commands.taskManager(name));
        taskManagers.add(process);
        return process;
    }

    /**
     * Kills the JobManager if it runs, and starts another in its place; does not wait for it.
     *
     * @throws IllegalStateException once the cluster is closed, or this JVM ends
     */
    public synchronized FlinkProcess restartJobManager() throws IOException, InterruptedException {
        requireOpen();
        if (jobManager != null) {
            jobManager.kill();
        }
        jobManager = FlinkProcess.start(JOB_MANAGER, logs, commands.jobManager(JOB_MANAGER));
        return jobManager;
    }

    /**
     * Starts another process for each that has ended, unless they all did with the cluster.
     *
     * @return those that were started
     */
    public synchronized List<FlinkProcess> replaceEnded() throws IOException, InterruptedException {
        if (closed) {
            return List.of();
        }
        List<FlinkProcess> replacements = new ArrayList<>();
        if (!jobManager.isAlive()) {
            replacements.add(restartJobManager());
        }
        for (FlinkProcess ended : taskManagers.stream().filter(t -> !t.isAlive()).toList()) {
            taskManagers.remove(ended);
            replacements.add(addTaskManager());
        }
        return replacements;
    }

    /**
     * Waits until the JobManager knows just the TaskManagers that run.
     *
     * @throws IllegalStateException if one of them ends meanwhile, with the last of its log
     * @throws TimeoutException if that takes longer than two minutes
     */
    public void awaitTaskManagers() throws InterruptedException, TimeoutException {
        List<FlinkProcess> expected = taskManagers();
        Polling.until(
                () -> {
                    jobManager().requireAlive();
                    expected.forEach(FlinkProcess::requireAlive);
                    return rest.overview().getNumTaskManagersConnected();
                },
                connected -> connected == expected.size(),
                START_TIMEOUT,
                "start of Flink, whose logs are in " + logs);
    }

    @Override
    public void close() {
        endProcesses();
        rest.close();
    }

    private synchronized void startProcesses(int taskManagers, Path zooKeeperConfig)
            throws IOException, InterruptedException {
        if (zooKeeperConfig != null) {
            zooKeeper =
                    FlinkProcess.start(
                            ZOO_KEEPER, logs, commands.zooKeeper(ZOO_KEEPER, zooKeeperConfig));
        }
        restartJobManager();
        for (int i = 0; i < taskManagers; i++) {
            addTaskManager();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the cluster is closed");
        }
    }

    private synchronized void endProcesses() {
        closed = true;
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

    private static int restPort(int wanted) throws IOException {
        int port = Ports.freeOr(wanted);
        if (wanted != 0 && port != wanted) {
            throw new IllegalArgumentException(
                    "--port: %d is taken; %d is free".formatted(wanted, port));
        }
        return port;
    }

    private static String url(Configuration settings, int port) {
        String scheme = settings.get(SecurityOptions.SSL_REST_ENABLED) ? "https" : "http";
        return scheme + "://" + Ports.LOOPBACK + ":" + port;
    }

    private static void copyLogging(Path conf) throws IOException {
        try (InputStream in = FlinkCluster.class.getResourceAsStream(LOGGING)) {
            Files.write(conf.resolve(LOGGING), in.readAllBytes());
        }
    }
}
