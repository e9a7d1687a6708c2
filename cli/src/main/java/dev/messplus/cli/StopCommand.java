package dev.messplus.cli;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobChoice;
import dev.messplus.cli.rest.JobControl;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobID;
import picocli.CommandLine.ArgGroup;
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
        description =
                "Stops a job with a savepoint, in which is all it has learned and what is in"
                        + " flight; mess submit --savepoint goes on from there.")
final class StopCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    @Spec private CommandSpec spec;

    @Mixin private RestOptions restOptions;

    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "A job's name, its id or how that begins (default: the one that runs).")
    private String job;

    @ArgGroup private Way way = new Way();

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (FlinkRest rest = restOptions.connect()) {
            JobControl control = new JobControl(rest);
            JobID id = JobChoice.one(new ClusterReader(rest).jobs(), job);
            out.printf("Stopping job %s …%n", id);
            out.flush();
            if (way.cancel) {
                control.cancel(id, TIMEOUT);
                out.printf("Cancelled. Its last checkpoint is kept.%n");
            } else {
                String savepoint = control.stop(id, way.savepoint, TIMEOUT, news -> say(out, news));
                out.printf("Stopped. To go on from there:%n%n");
                out.printf(
                        "    ./mess submit --url %s --config mess.yaml --savepoint %s%n",
                        rest.url(), savepoint);
            }
            out.flush();
        }
        return 0;
    }

    private static void say(PrintWriter out, String news) {
        out.printf("  %s%n", news);
        out.flush();
    }

    /** How to stop. */
    private static final class Way {

        @Option(
                names = "--savepoint",
                paramLabel = "DIR",
                description =
                        "Where to put the savepoint, as the cluster sees it (default: where it"
                                + " puts them).")
        private String savepoint;

        @Option(names = "--cancel", description = "Stop at once, without a savepoint.")
        private boolean cancel;
    }
}
