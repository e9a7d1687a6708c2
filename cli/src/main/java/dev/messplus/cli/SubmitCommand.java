package dev.messplus.cli;

import dev.messplus.cli.cluster.FlinkDistribution;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.Submission;
import dev.messplus.job.config.ConfigFiles;
import dev.messplus.job.config.ConfigLoader;
import dev.messplus.job.config.MessConfig;
import dev.messplus.job.config.WarmStartSection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mess submit}. */
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Submits the job to a Flink cluster and waits until all of its tasks run.")
final class SubmitCommand implements Callable<Integer> {

    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);

    @Spec private CommandSpec spec;

    @Mixin private RestOptions restOptions;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description =
                    "The configuration file, on this machine. Its text and those of the files that"
                            + " it names as warmStart are sent to the cluster, where $${env:NAME} is"
                            + " replaced by the JobManager's environment variable.")
    private Path config;

    @Option(
            names = "--from-savepoint",
            paramLabel = "PATH",
            description = "Savepoint or checkpoint to start from, as the cluster sees it.")
    private String savepoint;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            description = "Parallelism of the job (default: the cluster's).")
    private Integer parallelism;

    @Option(
            names = "--bounded",
            description =
                    "Answer the requests that are on the topic now, wait for their labels, and"
                            + " finish.")
    private boolean bounded;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "Name to show the job by (default: mess+).")
    private String name;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        List<String> arguments = configuration(out);
        if (bounded) {
            arguments.add("--bounded");
        }
        Submission submission =
                new Submission(
                        FlinkDistribution.ofCommand().jobJar(),
                        arguments,
                        name,
                        savepoint,
                        parallelism);
        try (FlinkRest rest = restOptions.connect()) {
            JobControl control = new JobControl(rest);
            out.printf("Uploading %s …%n", submission.jar().getFileName());
            out.flush();
            JobID job = control.submit(submission);
            out.printf("Job %s: %s/#/job/running/%s/overview%n", job, rest.url(), job);
            control.awaitRunning(job, START_TIMEOUT, message -> print(out, message));
            out.flush();
        }
        return 0;
    }

    /**
     * The arguments that carry the configuration and the files that it names. All of it that does
     * not depend on the cluster's variables is validated.
     */
    private List<String> configuration(PrintWriter out) {
        String text = text();
        ConfigFiles files = ConfigFiles.beside(config);
        MessConfig parsed = ConfigLoader.withoutEnvironment().parse(config.toString(), text, files);
        Map<String, String> sent = new LinkedHashMap<>();
        parsed.slas()
                .forEach(
                        (name, sla) -> {
                            WarmStartSection start = sla.warmStart();
                            if (start != null) {
                                sent.put(start.file(), files.text(start.file()));
                                out.println(name + " " + start.summary(parsed.zoo().keySet()));
                            }
                        });
        List<String> arguments = new ArrayList<>(List.of("--config-text=" + text));
        sent.forEach((name, content) -> arguments.add("--file-text=" + name + "=" + content));
        return arguments;
    }

    private String text() {
        try {
            return Files.readString(config);
        } catch (IOException e) {
            throw new IllegalArgumentException("--config: " + config + " cannot be read", e);
        }
    }

    private static void print(PrintWriter out, String message) {
        out.printf("  %s%n", message);
        out.flush();
    }
}
