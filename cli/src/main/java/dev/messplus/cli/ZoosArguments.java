package dev.messplus.cli;

import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.output.ZoosJson;
import dev.messplus.replay.output.ZoosPage;
import dev.messplus.replay.output.ZoosTables;
import dev.messplus.replay.zoos.ZoosReplay;
import dev.messplus.replay.zoos.ZoosReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option of {@code mess replay} that has requests answered by random zoos. */
final class ZoosArguments {

    /** Options about the recorded models, or about alpha, which is drawn. */
    private static final List<String> WITHOUT_EFFECT =
            List.of(
                    "--alpha",
                    "--models",
                    "--steep",
                    "--permute",
                    "--save",
                    "--warm-start",
                    "--write-features",
                    "--servers",
                    "--poster");

    @Option(names = "--zoos", paramLabel = "N")
    private Integer zoos;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    boolean isGiven() {
        return zoos != null;
    }

    /**
     * Checks what picocli does not.
     *
     * @throws IllegalArgumentException naming the options
     */
    void validate() {
        if (isGiven()) {
            WithoutEffect.refuse(command, "--zoos", WITHOUT_EFFECT);
        }
    }

    /**
     * Replays on these zoos.
     *
     * @param json file to write the results to as JSON; {@code null} for none
     * @param html file to write them to as a page; {@code null} for none
     * @return the results as text
     */
    String replay(ReplayOptions options, Path json, Path html) throws IOException {
        ZoosReport report = new ZoosReplay(options, System.err).run(zoos);
        if (json != null) {
            ZoosJson.write(json, report);
        }
        if (html != null) {
            ZoosPage.write(html, report);
        }
        return ZoosTables.render(report);
    }
}
