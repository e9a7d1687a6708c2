package dev.messplus.batch.file;

import java.nio.file.Path;

/**
 * The files that a batch writes.
 *
 * @param results the answers
 * @param errors lines without an answer, each with the reason
 * @param progress how far the batch is
 */
public record BatchFiles(Path results, Path errors, Path progress) {

    /** A file that only says that the others are being written. */
    Path lock() {
        return progress.resolveSibling(progress.getFileName() + ".lock");
    }

    private static final String JSONL = ".jsonl";

    /**
     * The files of an input.
     *
     * @param results {@code null} for {@code prompts.results.jsonl} beside {@code prompts.jsonl}
     * @param errors {@code null} for {@code prompts.errors.jsonl} beside the results
     */
    public static BatchFiles of(Path input, Path results, Path errors) {
        Path written = results == null ? beside(input, stem(input) + ".results" + JSONL) : results;
        String stem = stem(written);
        String base =
                stem.endsWith(".results")
                        ? stem.substring(0, stem.length() - ".results".length())
                        : stem;
        return new BatchFiles(
                written,
                errors == null ? beside(written, base + ".errors" + JSONL) : errors,
                beside(written, base + ".progress.json"));
    }

    private static Path beside(Path file, String name) {
        return file.resolveSibling(name);
    }

    /** The name without the extension. */
    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
