package dev.messplus.cli;

import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.cluster.UserJars;
import dev.messplus.cli.kafka.KafkaAccess;
import dev.messplus.cli.probe.Finding;
import dev.messplus.cli.probe.ScorerProbe;
import dev.messplus.cli.probe.ServerProbe;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobClash;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.SavepointPath;
import dev.messplus.cli.rest.SlotCheck;
import dev.messplus.cli.rest.Submission;
import dev.messplus.job.config.ConfigException;
import dev.messplus.job.config.ConfigFiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.KafkaSection;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.ModelSection;
import dev.messplus.job.config.SlaSection;
import dev.messplus.job.config.WarmStartSection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mess submit}. */
@Command(name = "submit")
final class SubmitCommand extends MessCommand {

    /** What begins a value that only the cluster knows. */
    private static final String VARIABLE = "${env:";

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    @Mixin private RestOptions restOptions;

    @Option(names = "--config", required = true, paramLabel = "FILE")
    private Path config;

    @Option(names = "--jar", paramLabel = "FILE")
    private List<Path> jars = List.of();

    @Option(names = "--from-savepoint", paramLabel = "PATH")
    private String savepoint;

    @Option(names = "--parallelism", paramLabel = "N")
    private Integer parallelism;

    @Option(names = "--bounded")
    private boolean bounded;

    @Option(names = "--detached")
    private boolean detached;

    @Option(names = "--name", paramLabel = "NAME")
    private String name;

    @Option(names = "--skip-probe")
    private boolean skipProbe;

    @Option(names = "--force")
    private boolean force;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        String text = text();
        ConfigFiles files = ConfigFiles.beside(config);
        MessConfig parsed = ConfigLoader.withoutEnvironment().parse(config.toString(), text, files);
        List<String> arguments = arguments(text, parsed, files);
        arguments.add("--config-name=" + config);
        jars.forEach(jar -> arguments.add("--jar-name=" + jar));
        if (bounded) {
            arguments.add("--bounded");
        }
        if (!skipProbe) {
            probe(text, parsed, files);
        }
        try (FlinkRest rest = restOptions.connect()) {
            if (!force) {
                requireRoom(rest, parsed);
            }
            JobControl control = new JobControl(rest);
            JobID job = submit(control, parsed.embedding().model(), arguments);
            out.printf("Job %s: %s/#/job/running/%s/overview%n", job, rest.url(), job);
            control.awaitRunning(job, START_TIMEOUT, this::printStep);
            if (bounded && !detached) {
                out.printf(
                        "The run ends once every request has its label, or has waited for it for %d s (feedbackTimeoutMillis). Ctrl-C leaves it alone.%n",
                        Duration.ofMillis(parsed.feedbackTimeoutMillis()).toSeconds());
                control.awaitFinished(job, this::printStep);
                out.printf("Job %s has finished%n", job);
            }
        }
        return 0;
    }

    private JobID submit(JobControl control, String embeddingModel, List<String> arguments)
            throws IOException {
        Path jobJar = FlinkDistribution.ofCommand().jobJarFor(embeddingModel);
        String savepointPath = startingPoint();
        try (UserJars bundle = UserJars.in(jobJar, jars)) {
            out().printf("Uploading %s …%n", bundle.jar().getFileName());
            return control.submit(
                    new Submission(bundle.jar(), arguments, name, savepointPath, parallelism));
        }
    }

    private void probe(String text, MessConfig parsed, ConfigFiles files) {
        MessConfig config = withVariables(text, parsed, files);
        PrintWriter err = err();
        Stream<Finding> findings =
                Stream.of(
                                ServerProbe.findings("zoo", config.zoo()),
                                ServerProbe.findings("judges", config.judges()),
                                ScorerProbe.findings(config.scorersByName()))
                        .flatMap(List::stream);
        Stream.concat(brokerProblem(config.kafka()).stream(), findings.map(Finding::text))
                .forEach(problem -> err.println("Warning: from this machine, " + problem));
    }

    private static Optional<String> brokerProblem(KafkaSection kafka) {
        return kafka.bootstrap().contains(VARIABLE)
                ? Optional.empty()
                : new KafkaAccess(kafka)
                        .problem()
                        .map(
                                problem ->
                                        "kafka.bootstrap: %s; start a broker (./mess kafka) or mend the address, unless only the cluster reaches it"
                                                .formatted(problem));
    }

    /** The configuration with the variables of this machine, if it has all of them. */
    private MessConfig withVariables(String text, MessConfig parsed, ConfigFiles files) {
        try {
            return new ConfigLoader(System.getenv()).parse(config.toString(), text, files);
        } catch (ConfigException e) {
            return parsed;
        }
    }

    /** The savepoint as the cluster is to find it; null for none. */
    private String startingPoint() {
        if (savepoint == null) {
            return null;
        }
        String path = SavepointPath.of(savepoint);
        out().printf("Starting from %s%n", path);
        return path;
    }

    private void requireRoom(FlinkRest rest, MessConfig parsed) throws InterruptedException {
        Optional<String> problem = new JobClash(rest).with(parsed.kafka());
        if (problem.isEmpty()) {
            problem =
                    new SlotCheck(rest, this::printStep)
                            .missing(parallelism, n -> parsed.parallelism().in(n).slots());
        }
        if (problem.isPresent()) {
            throw new IllegalArgumentException(
                    problem.get() + ". --force submits it all the same.");
        }
    }

    /** The arguments that carry the configuration and the files that it names. */
    private List<String> arguments(String text, MessConfig parsed, ConfigFiles files) {
        Map<String, String> sent = new LinkedHashMap<>();
        parsed.slas()
                .forEach(
                        (name, sla) -> {
                            WarmStartSection start = sla.warmStart();
                            if (start != null) {
                                sent.put(start.file(), files.text(start.file()));
                            }
                            describe(name, sla, parsed.zoo());
                        });
        List<String> arguments = new ArrayList<>(List.of("--config-text=" + text));
        sent.forEach((name, content) -> arguments.add("--file-text=" + name + "=" + content));
        return arguments;
    }

    /** Prints what an SLA begins with, and whether its alpha can be reached by that. */
    private void describe(String name, SlaSection sla, Map<String, ModelSection> zoo) {
        if (sla.warmStart() != null) {
            out().println(name + " " + sla.warmStart().summary(zoo.keySet()));
        }
        ReachableAlpha.of(sla, zoo)
                .ifPresent(
                        reachable -> {
                            out().println(name + ": " + reachable.text());
                            reachable
                                    .problem()
                                    .ifPresent(
                                            why -> err().println("Warning: " + name + ": " + why));
                        });
    }

    private String text() {
        try {
            return Files.readString(config);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--config: " + config + " does not exist", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("--config: " + config + " cannot be read", e);
        }
    }
}
