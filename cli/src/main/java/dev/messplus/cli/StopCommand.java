package dev.messplus.cli;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobControl;
import dev.messplus.cli.rest.JobControl.Stopped;
import dev.messplus.cli.rest.JobSelector;
import dev.messplus.cli.rest.JobStart;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess stop}. */
@Command(name = "stop")
final class StopCommand extends MessCommand {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /** For how long the savepoint waits for calls, unless the user says so. */
    private static final long FINISH_SECONDS = 60;

    private static final long MAX_FINISH_SECONDS = 3_600;

    @Mixin private RestOptions restOptions;

    @Parameters(arity = "0..1", paramLabel = "JOB")
    private String job;

    @Option(names = "--savepoint-dir", paramLabel = "DIR")
    private String savepointDir;

    @Option(names = "--finish-calls")
    private boolean finishCalls;

    @Option(names = "--finish-within", paramLabel = "SECONDS")
    private Long finishSeconds;

    @Option(names = "--cancel")
    private boolean cancel;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = out();
        Duration finishWithin = finishWithin();
        if (cancel && (savepointDir != null || !finishWithin.isZero())) {
            throw new IllegalArgumentException(
                    "--cancel takes no savepoint: it and the other options of stop are mutually"
                            + " exclusive");
        }
        try (FlinkRest rest = restOptions.connect()) {
            JobControl control = new JobControl(rest);
            ClusterReader reader = new ClusterReader(rest);
            control.awaitInitialized(job, TIMEOUT, this::printStep);
            JobID id = JobSelector.one(reader.allJobs(), job);
            JobStart start = reader.start(id);
            out.printf("Stopping job %s …%n", id);
            if (cancel) {
                control.cancel(id, TIMEOUT);
                out.println(cancelled(rest.url(), reader.checkpointPath(id), start));
            } else {
                Stopped stopped =
                        control.stop(
                                id,
                                savepointDir,
                                finishWithin,
                                TIMEOUT.plus(finishWithin),
                                this::printStep);
                out.print(callsCutOff(stopped.requestsCutOff()));
                out.printf("Stopped. To resume from the savepoint:%n%n");
                out.println("    " + resumeCommand(rest.url(), stopped.savepoint(), start));
            }
        }
        return 0;
    }

    private static String callsCutOff(int requests) {
        return requests == 0
                ? ""
                : "At least %d of the requests did not end in time. They are called again after the resume.%n"
                        .formatted(requests);
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

    /** For how long the savepoint waits for calls; zero if it does not. */
    private Duration finishWithin() {
        if (finishSeconds == null) {
            return finishCalls ? Duration.ofSeconds(FINISH_SECONDS) : Duration.ZERO;
        }
        if (finishSeconds < 1 || finishSeconds > MAX_FINISH_SECONDS) {
            throw new IllegalArgumentException(
                    "--finish-within: must be between 1 and %d, was %d"
                            .formatted(MAX_FINISH_SECONDS, finishSeconds));
        }
        return Duration.ofSeconds(finishSeconds);
    }
}
