package dev.messplus.cli;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.JobSelector;
import dev.messplus.cli.rest.JobStart;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess stop}. */
@Command(name = "stop")
final class StopCommand extends MessCommand {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Mixin private RestOptions restOptions;

    @Parameters(arity = "0..1", paramLabel = "JOB")
    private String job;

    @ArgGroup private Way way = new Way();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        try (FlinkRest rest = restOptions.connect()) {
            JobControl control = new JobControl(rest);
            ClusterReader reader = new ClusterReader(rest);
            control.awaitInitialized(job, TIMEOUT, this::printStep);
            JobID id = JobSelector.one(reader.jobs(), job);
            JobStart start = reader.start(id);
            out.printf("Stopping job %s …%n", id);
            if (way.cancel) {
                control.cancel(id, TIMEOUT);
                out.println(cancelled(rest.url(), reader.checkpointPath(id), start));
            } else {
                String savepoint = control.stop(id, way.savepointDir, TIMEOUT, this::printStep);
                out.printf("Stopped. To resume from the savepoint:%n%n");
                out.println("    " + resumeCommand(rest.url(), savepoint, start));
            }
        }
        return 0;
    }

    /** The command that resumes a job as it was started. */
    static String resumeCommand(String url, String savepoint, JobStart start) {
        return "./mess submit --url %s %s --from-savepoint %s"
                .formatted(url, String.join(" ", start.options()), savepoint);
    }

    /** What to say after a job was cancelled. */
    static String cancelled(String url, Optional<String> checkpoint, JobStart start) {
        return checkpoint
                .map(
                        path ->
                                "Cancelled. To resume from the last checkpoint:%n%n    %s"
                                        .formatted(resumeCommand(url, path, start)))
                .orElse("Cancelled. The job had no checkpoint, so its state is lost.");
    }

    /** How to stop. */
    private static final class Way {

        @Option(names = "--savepoint-dir", paramLabel = "DIR")
        private String savepointDir;

        @Option(names = "--cancel")
        private boolean cancel;
    }
}
