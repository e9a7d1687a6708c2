package dev.messplus.local.cli;

import dev.messplus.local.rest.FlinkRest;
import dev.messplus.local.rest.JobControl;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mess stop}. */
@Command(
        name = "stop",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Stops a job with a savepoint, from which it can be started again.")
final class StopCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Spec private CommandSpec spec;

    @Mixin private RestOptions restOptions;

    @Parameters(paramLabel = "JOB", description = "Its id.")
    private String job;

    @Option(
            names = "--savepoint",
            paramLabel = "DIR",
            description = "Where to put the savepoint (default: where the cluster puts them).")
    private String savepoint;

    @Override
    public Integer call() throws Exception {
        try (FlinkRest rest = restOptions.connect()) {
            String path = new JobControl(rest).stop(JobID.fromHexString(job), savepoint, TIMEOUT);
            spec.commandLine().getOut().printf("Stopped: %s%n", path);
        }
        return 0;
    }
}
