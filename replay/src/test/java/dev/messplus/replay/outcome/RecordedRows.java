package dev.messplus.replay.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.messplus.embed.Embedders;
import dev.messplus.embed.PromptFeatures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Recorded outcomes, which are not part of the repository: the file that {@code -Dmess.data=FILE}
 * names, or one beside the repository.
 */
public final class RecordedRows {

    /** From the folder of the module, or of the project. */
    private static final List<String> BESIDE =
            List.of("../../shared/data/llmrouter-4.csv", "../shared/data/llmrouter-4.csv");

    private RecordedRows() {}

    /** All rows; skips the test if there is no such file. */
    public static OutcomeTable read() {
        String given = System.getProperty("mess.data", "");
        assertThat(given).as("-Dmess.data, an absolute path").matches(RecordedRows::isFileOrNone);
        Optional<Path> file =
                Stream.concat(Stream.of(given), BESIDE.stream())
                        .filter(name -> !name.isEmpty())
                        .map(Path::of)
                        .filter(Files::isRegularFile)
                        .findFirst();
        assumeTrue(file.isPresent(), "no llmrouter-4.csv: set -Dmess.data=FILE");
        return OutcomeReader.read(file.get());
    }

    /** The first rows, with features of the hashing embedder. */
    public static Traffic first(int rows) {
        OutcomeTable table = read();
        return traffic(table, table.rows().subList(0, rows));
    }

    /** Rows at equal distances, with the same features: the file is sorted by kind of prompt. */
    public static Traffic spread(int rows) {
        OutcomeTable table = read();
        return traffic(
                table,
                IntStream.range(0, rows)
                        .mapToObj(i -> table.rows().get(i * table.rows().size() / rows))
                        .toList());
    }

    /** All rows, with the same features. */
    public static Traffic all() {
        OutcomeTable table = read();
        return traffic(table, table.rows());
    }

    private static Traffic traffic(OutcomeTable table, List<Outcome> rows) {
        try (var features = new PromptFeatures(Embedders.open("hashing"))) {
            return Traffic.of(
                    new OutcomeTable(table.models(), rows),
                    rows.stream().map(row -> features.of(row.text())).toArray(float[][]::new));
        }
    }

    private static boolean isFileOrNone(String given) {
        return given.isEmpty() || Files.isRegularFile(Path.of(given));
    }
}
