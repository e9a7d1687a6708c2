package dev.messplus.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.messplus.cli.rest.ClusterReader;
import dev.messplus.cli.rest.ClusterView;
import dev.messplus.cli.rest.FlinkRest;
import dev.messplus.cli.rest.JobChoice;
import dev.messplus.cli.rest.StatusTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mess status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Shows how the MESS+ jobs of a Flink cluster do, their SLAs and models.")
final class StatusCommand implements Callable<Integer> {

    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .defaultPropertyInclusion(
                            JsonInclude.Value.construct(
                                    JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
                    .build();

    @Spec private CommandSpec spec;

    @Mixin private RestOptions restOptions;

    @Parameters(
            arity = "0..1",
            paramLabel = "JOB",
            description = "A job's name, its id or how that begins (default: all that run).")
    private String job;

    @Option(names = "--json", description = "As JSON; what is not known is left out.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (FlinkRest rest = restOptions.connect()) {
            ClusterReader reader = new ClusterReader(rest);
            ClusterView view = reader.view(JobChoice.all(reader.jobs(), job));
            PrintWriter out = spec.commandLine().getOut();
            out.print(json ? JSON.writeValueAsString(view) + "\n" : StatusTables.render(view));
            out.flush();
        }
        return 0;
    }
}
