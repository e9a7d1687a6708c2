package dev.messplus.replay;

import dev.messplus.job.config.WarmStartSection;
import java.nio.file.Path;

/**
 * What MESS+ begins with.
 *
 * @param file recorded outcomes; {@code null} for none
 * @param rows of each seed's order to begin with, from its start, which are not replayed; at least
 *     0
 * @param weight rows that all these count as at most, at least 1
 */
public record WarmStartOptions(Path file, int rows, int weight) {

    /** Nothing. */
    public static final WarmStartOptions NONE =
            new WarmStartOptions(null, 0, WarmStartSection.DEFAULT_WEIGHT);

    public WarmStartOptions {
        if (rows < 0) {
            throw new IllegalArgumentException("--warm-rows: must be at least 0, was " + rows);
        }
        if (weight < 1) {
            throw new IllegalArgumentException("--warm-weight: must be at least 1, was " + weight);
        }
        if (file != null && rows > 0) {
            throw new IllegalArgumentException(
                    "--warm-rows: must not be given with --warm-start; drop one of them");
        }
    }

    boolean isGiven() {
        return file != null || rows > 0;
    }

    /** Where the outcomes come from, such as {@code 500 rows}. */
    String describe() {
        String source = file == null ? "%,d rows".formatted(rows) : file.getFileName().toString();
        return file == null && rows <= weight ? source : source + " as %,d rows".formatted(weight);
    }
}
