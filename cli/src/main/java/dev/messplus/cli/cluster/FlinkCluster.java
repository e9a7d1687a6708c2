package dev.messplus.cli.cluster;

import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.Polling;
import dev.messplus.minicluster.Ports;
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
 * A Flink session cluster on loopback: a JobManager and TaskManagers, each in a JVM that can be
 * killed and replaced. All of them end with {@link #close} and with this JVM, even if it is killed.
 *
 * <p>With high availability, a ZooKeeper runs too, and a JobManager that is replaced recovers its
 * jobs. Without it, the jobs are lost.
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
    private final List<ChildProcess> taskManagers = new ArrayList<>();

    private ChildProcess zooKeeper;
    private ChildProcess jobManager;
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
     * @throws IllegalArgumentException if the REST port is in use
     * @throws IllegalStateException if a process ends; the message has the first error in its log
     * @throws TimeoutException after two minutes
     */
    public static FlinkCluster start(FlinkDistribution distribution, ClusterOptions options)
            throws IOException, InterruptedException, TimeoutException {
        int restPort = restPort(options.restPort());
        Path folder = options.folder();
        Path conf = Files.createDirectories(folder.resolve("conf"));
        Path logs = Files.createDirectories(folder.resolve("logs"));
        Files.createDirectories(folder.resolve("uploads"));
        ClusterSettings clusterSettings = new ClusterSettings(folder);
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

    /** URL of the web UI and the REST API. */
    public String url() {
        return rest.url();
    }

    /** The current JobManager, running or not. */
    public synchronized ChildProcess jobManager() {
        return jobManager;
    }

    /** The running TaskManagers. */
    public synchronized List<ChildProcess> taskManagers() {
        return taskManagers.stream().filter(ChildProcess::isAlive).toList();
    }

    /**
     * Starts one more TaskManager, without waiting for its registration.
     *
     * @throws IllegalStateException if the cluster is closed or this JVM is ending
     */
    public synchronized ChildProcess addTaskManager() throws IOException {
        requireOpen();
        String name = TASK_MANAGER + ++taskManagersStarted;
        ChildProcess process = ChildProcess.start(name, logs, commands.taskManager(name));
        taskManagers.add(process);
        return process;
    }

    /**
     * Kills the JobManager if it is running, and starts another, without waiting for it.
     *
     * @throws IllegalStateException if the cluster is closed or this JVM is ending
     */
    public synchronized ChildProcess restartJobManager() throws IOException, InterruptedException {
        requireOpen();
        if (jobManager != null) {
            jobManager.kill();
        }
        jobManager = ChildProcess.start(JOB_MANAGER, logs, commands.jobManager(JOB_MANAGER));
        return jobManager;
    }

    /**
     * Replaces each process that has ended, unless the cluster is closed.
     *
     * @return the new processes
     */
    public synchronized List<ChildProcess> replaceEnded() throws IOException, InterruptedException {
        if (closed) {
            return List.of();
        }
        List<ChildProcess> replacements = new ArrayList<>();
        if (!jobManager.isAlive()) {
            replacements.add(restartJobManager());
        }
        for (ChildProcess ended : taskManagers.stream().filter(t -> !t.isAlive()).toList()) {
            taskManagers.remove(ended);
            replacements.add(addTaskManager());
        }
        return replacements;
    }

    /**
     * Waits until exactly the running TaskManagers are registered.
     *
     * @throws IllegalStateException if a process ends; the message has the first error in its log
     * @throws TimeoutException after two minutes
     */
    public void awaitTaskManagers() throws InterruptedException, TimeoutException {
        List<ChildProcess> expected = taskManagers();
        Polling.until(
                () -> {
                    jobManager().requireAlive();
                    expected.forEach(ChildProcess::requireAlive);
                    return rest.overview().getNumTaskManagersConnected();
                },
                connected -> connected == expected.size(),
                START_TIMEOUT,
                "the start of Flink (logs are in " + logs + ")");
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
                    ChildProcess.start(
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
        List<ChildProcess> all = new ArrayList<>(taskManagers);
        if (jobManager != null) {
            all.add(jobManager);
        }
        try {
            end(all);
            // Last, because the JobManager closes its session on exit.
            if (zooKeeper != null) {
                end(List.of(zooKeeper));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(List<ChildProcess> processes) throws InterruptedException {
        processes.forEach(ChildProcess::terminate);
        for (ChildProcess process : processes) {
            process.awaitEnd(END_TIMEOUT_MILLIS);
        }
    }

    private static int restPort(int wanted) {
        int port = Ports.freeOr(wanted);
        if (wanted != 0 && port != wanted) {
            throw new IllegalArgumentException(
                    "--port: must be free, but %d is in use; %d is free".formatted(wanted, port));
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
