package dev.messplus.cli;

import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.ClusterView;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobSelector;
import dev.messplus.cli.rest.StatusTables;
import dev.messplus.report.JsonText;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mess status}. */
@Command(name = "status")
final class StatusCommand extends MessCommand {

    @Mixin private RestOptions restOptions;

    @Parameters(arity = "0..1", paramLabel = "JOB")
    private String job;

    @Option(names = "--json")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (FlinkRest rest = restOptions.connect()) {
            ClusterReader reader = new ClusterReader(rest);
            ClusterView view = reader.view(JobSelector.all(reader.allJobs(), job));
            show(json ? JsonText.render(view) : StatusTables.render(view));
        }
        return 0;
    }
}
