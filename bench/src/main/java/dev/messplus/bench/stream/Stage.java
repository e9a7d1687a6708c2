package dev.messplus.bench.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.messplus.cli.cluster.ChildProcess;
import dev.messplus.cli.cluster.ClusterOptions;
import dev.messplus.cli.cluster.FlinkCluster;
import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Polling;
import dev.messplus.cli.rest.Submission;
import dev.messplus.minicluster.Ports;
import dev.messplus.testkit.RestApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.util.FileUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The job as users run it: a JobManager, a TaskManager, a broker and a model server, each a process
 * on loopback. A plain job that routes nothing may run beside it.
 */
final class Stage implements AutoCloseable {

    /** Prefix of the topics of MESS+. */
    static final String MESS = "mess";

    /** Prefix of the topics of the plain job. */
    static final String PLAIN = "plain";

    private static final int SLOTS = 2;
    private static final int MAX_REQUESTS = 8_000_000;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long END_MILLIS = 10_000;

    /** Longer than {@code metrics.fetcher.update-interval} of the cluster. */
    private static final long FETCH_SECONDS = 3;

    private static final double KIB_IN_MIB = 1_024;

    private final Path folder;
    private final List<ChildProcess> processes = new ArrayList<>();
    private final String bootstrap;
    private final ChildProcess broker;
    private final String serverUrl;
    private FlinkCluster flink;
    private FlinkRest rest;
    private RestApi api;
    private JobControl control;
    private JobID job;

    /** {@code null} if it does not run. */
    private JobID plainJob;

    /**
     * What a run is about.
     *
     * @param name name of the job
     * @param serviceMillis time that the model server takes for an answer, in milliseconds
     * @param models number of models in the zoo
     * @param plain whether the plain job runs too
     * @param flink options of Flink, besides those of {@code mess cluster}
     */
    record Settings(
            String name,
            long serviceMillis,
            int models,
            boolean plain,
            Map<String, String> flink) {}

    /** Starts everything, and waits until the jobs run. */
    Stage(Settings settings) throws Exception {
        folder = Files.createTempDirectory("mess-bench-" + settings.name());
        int brokerPort = Ports.free();
        bootstrap = Ports.LOOPBACK + ":" + brokerPort;
        int serverPort = Ports.free();
        serverUrl = ModelServer.url(serverPort);
        try {
            broker =
                    process(
                            "broker",
                            "-Xmx512m",
                            KafkaServer.class,
                            folder.resolve("kafka").toString(),
                            String.valueOf(brokerPort));
            var unusedServer =
                    process(
                            "server",
                            "-Xmx256m",
                            ModelServer.class,
                            String.valueOf(serverPort),
                            String.valueOf(settings.serviceMillis()));
            awaitBroker();
            startFlink(settings);
            job = submit(settings.name(), FlinkDistribution.ofCommand().jobJar(), yaml(settings));
            if (settings.plain()) {
                submitPlain();
            }
        } catch (Exception | Error e) {
            close();
            throw e;
        }
    }

    private ChildProcess process(String name, String heap, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(heap);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        ChildProcess process = ChildProcess.start(name, folder, command);
        processes.add(process);
        return process;
    }

    /** Waits for the broker, and creates the topics of the plain job. */
    private void awaitBroker() throws Exception {
        Polling.until(
                this::brokerOutput,
                said -> said.contains(bootstrap),
                PATIENCE,
                "the start of Kafka");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(
                            Stream.of(".requests", ".responses")
                                    .map(topic -> new NewTopic(PLAIN + topic, 1, (short) 1))
                                    .toList())
                    .all()
                    .get();
        }
    }

    private String brokerOutput() {
        broker.requireAlive();
        try {
            return Files.readString(folder.resolve("broker.out"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startFlink(Settings settings) throws Exception {
        flink =
                FlinkCluster.start(
                        FlinkDistribution.ofCommand(),
                        new ClusterOptions(
                                folder.resolve("flink"),
                                0,
                                1,
                                settings.plain() ? 2 * SLOTS : SLOTS,
                                false,
                                settings.flink()));
        rest = new FlinkRest(flink.url(), new Configuration());
        api = new RestApi(flink.url());
        control = new JobControl(rest);
    }

    private JobID submit(String name, Path jar, String... arguments) throws Exception {
        JobID id = control.submit(new Submission(jar, List.of(arguments), name, null, SLOTS));
        control.awaitRunning(id, PATIENCE, waiting -> {});
        return id;
    }

    private void submitPlain() throws Exception {
        Path jar =
                JobJar.write(FlinkDistribution.ofCommand().jobJar(), folder.resolve("plain.jar"));
        plainJob =
                submit(PLAIN, jar, bootstrap, PLAIN + ".requests", PLAIN + ".responses", serverUrl);
    }

    private String yaml(Settings settings) {
        StringBuilder zoo = new StringBuilder();
        for (int m = 1; m <= settings.models(); m++) {
            zoo.append(
                    "  m%d: { url: \"%s\", model: m, energy: { source: constant, joulesPerRequest: %d } }%n"
                            .formatted(m, serverUrl, m));
        }
        return "--config-text="
                + """
                  kafka: { bootstrap: "%s", createTopics: true }
                  zoo:
                  %sslas: { gold: { alpha: 0.9 } }
                  """
                        .formatted(bootstrap, zoo);
    }

    /**
     * A load on a job.
     *
     * @param of the job's prefix of topics
     * @param promptChars length of each prompt, in characters
     */
    Load load(String of, int promptChars) {
        return new Load(bootstrap, of, promptChars, MAX_REQUESTS);
    }

    /** Base URL of the models. */
    String serverUrl() {
        return serverUrl;
    }

    /** CPU time that the broker has used so far. */
    Duration brokerCpu() {
        return broker.cpuTime();
    }

    /** CPU time that the TaskManager has used so far. */
    Duration taskManagerCpu() {
        return flink.taskManagers().get(0).cpuTime();
    }

    /**
     * Memory that the TaskManager has of the machine, in MiB: its resident set. {@code NaN} where
     * the operating system has no {@code /proc}.
     */
    double taskManagerMebibytes() throws IOException {
        Path status = Path.of("/proc", "" + flink.taskManagers().get(0).pid(), "status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / KIB_IN_MIB;
            }
        }
        return Double.NaN;
    }

    /** Size of the job's jar, in MiB. */
    static double jarMebibytes() throws IOException {
        return Files.size(FlinkDistribution.ofCommand().jobJar()) / KIB_IN_MIB / KIB_IN_MIB;
    }

    /** Whether the TaskManager that the run began with is still the one, and no job ever failed. */
    boolean neverFailed() throws IOException, InterruptedException {
        boolean never = flink.taskManagers().size() == 1;
        for (JobID running : jobs()) {
            never &=
                    api.get(running, "/exceptions")
                            .path("exceptionHistory")
                            .path("entries")
                            .isEmpty();
        }
        return never;
    }

    /** Throws an exception if a job has ever failed: it restarts, and is slower meanwhile. */
    void requireNeverFailed() throws IOException, InterruptedException {
        if (!neverFailed()) {
            throw new IllegalStateException("a job has failed and restarted: measure again");
        }
    }

    /** Throws an exception if a job has ended. */
    void requireRunning() throws IOException, InterruptedException {
        for (JobID running : jobs()) {
            JobStatus status = JobStatus.valueOf(api.get(running, "").get("state").asText());
            if (status.isTerminalState()) {
                throw new IllegalStateException("job " + running + " is " + status);
            }
        }
    }

    private List<JobID> jobs() {
        return plainJob == null ? List.of(job) : List.of(job, plainJob);
    }

    /** Records that each subtask of an operator's task has read so far. */
    List<Long> recordsRead(String operator) throws IOException, InterruptedException {
        // Flink answers with what it fetched last, and fetches anew.
        var unusedOutdated = recordsFetched(operator);
        TimeUnit.SECONDS.sleep(FETCH_SECONDS);
        return recordsFetched(operator);
    }

    private List<Long> recordsFetched(String operator) throws IOException, InterruptedException {
        for (JsonNode vertex : api.get(job, "").get("vertices")) {
            if (vertex.get("name").asText().contains(operator)) {
                JsonNode details = api.get(job, "/vertices/" + vertex.get("id").asText());
                List<Long> read = new ArrayList<>();
                details.get("subtasks")
                        .forEach(subtask -> read.add(subtask.at("/metrics/read-records").asLong()));
                return read;
            }
        }
        throw new IllegalStateException("the job has no task with " + operator);
    }

    @Override
    public void close() {
        if (rest != null) {
            rest.close();
        }
        if (flink != null) {
            flink.close();
        }
        try {
            processes.forEach(ChildProcess::terminate);
            for (ChildProcess process : processes) {
                process.awaitEnd(END_MILLIS);
            }
            FileUtils.deleteDirectory(folder.toFile());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
