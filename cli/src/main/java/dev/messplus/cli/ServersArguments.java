package dev.messplus.cli;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.output.ServersJson;
import dev.messplus.replay.output.ServersPage;
import dev.messplus.replay.output.ServersTables;
import dev.messplus.replay.servers.ServersReplay;
import dev.messplus.replay.servers.ServersReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of {@code mess replay} that has requests answered by simulated servers. */
final class ServersArguments {

    /** Options about what a table cannot say, which the file or the simulation does. */
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "--policies",
                    "--in-flight",
                    "--joules-after",
                    "--delay",
                    "--labels",
                    "--raters",
                    "--feedback-rate",
                    "--audit",
                    "--judge-bias",
                    "--judge-lenient",
                    "--judge-noise",
                    "--judge-says",
                    "--exchange-every",
                    "--priced",
                    "--passes",
                    "--drift",
                    "--order",
                    "--rows",
                    "--permute",
                    "--save",
                    "--warm-start",
                    "--warm-rows",
                    "--warm-weight",
                    "--write-features",
                    "--poster");

    @Option(names = "--servers", paramLabel = "FILE")
    private Path file;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    boolean isGiven() {
        return file != null;
    }

    /**
     * Checks what picocli does not.
     *
     * @throws IllegalArgumentException naming the options
     */
    void validate() {
        if (isGiven()) {
            WithoutEffect.refuse(command, "--servers", WITHOUT_EFFECT);
        }
    }

    /**
     * Replays on these servers.
     *
     * @param json file to write the results to as JSON; {@code null} for none
     * @param html file to write them to as a page; {@code null} for none
     * @return the results as text
     */
    String replay(ReplayOptions options, Path json, Path html) throws IOException {
        ServersReport report = new ServersReplay(options, System.err).run(file);
        if (json != null) {
            ServersJson.write(json, report);
        }
        if (html != null) {
            ServersPage.write(html, report);
        }
        return ServersTables.render(report);
    }
}
