package dev.messplus.cli;

import dev.messplus.core.belief.WarmStart;
import dev.messplus.embed.PromptFeatures;
import dev.messplus.job.config.WarmStartFile;
import dev.messplus.job.config.WarmStartSection;
import dev.messplus.replay.Replay;
import dev.messplus.replay.ReplayOptions;
import dev.messplus.replay.WarmStartOptions;
import dev.messplus.replay.outcome.Traffic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of {@code mess replay} that record outcomes, and begin with recorded ones. */
final class WarmStartArguments {

    @Option(names = "--save", paramLabel = "FILE")
    private Path save;

    @Option(names = "--warm-start", paramLabel = "FILE")
    private Path file;

    @Option(names = "--warm-rows", paramLabel = "N", defaultValue = "0")
    private int rows;

    @Option(names = "--warm-weight", paramLabel = "N")
    private int weight = WarmStartSection.DEFAULT_WEIGHT;

    WarmStartOptions options() {
        return new WarmStartOptions(file, rows, weight);
    }

    boolean saves() {
        return save != null;
    }

    /**
     * Writes what the table says of the models.
     *
     * @return what was written, in words
     */
    String save(ReplayOptions options) {
        Traffic traffic = new Replay(options, System.err).traffic();
        WarmStart recorded =
                traffic.recorded(PromptFeatures.name(options.embedding()), traffic.fileOrder());
        try {
            WarmStartFile.write(save, recorded);
        } catch (IOException e) {
            throw new UncheckedIOException("--save: " + save + " cannot be written", e);
        }
        return "Wrote what %,d rows say of %s to %s%n"
                .formatted(recorded.rows(), String.join(", ", traffic.models()), save);
    }
}
