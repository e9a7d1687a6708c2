package dev.messplus.embedding;

import dev.messplus.embedding.model.Embedder;
import dev.messplus.embedding.model.HashingEmbedder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens the embedder that the configuration names ({@code embedding.model}). */
public final class Embedders {

    /** MiniLM, int8, 384 dimensions, out of its Maven jar: 5 to 10 ms of one core for a prompt. */
    public static final String MINI_LM = "all-MiniLM-L6-v2";

    /**
     * Feature hashing, 512 dimensions: tens of microseconds for a prompt, sees words but no
     * meaning.
     */
    public static final String HASHING = "hashing";

    private Embedders() {}

    /**
     * Opens an embedder for the calling thread. Models run on that thread alone: a subtask has one
     * core, parallelism is Flink's.
     *
     * @param model {@value #MINI_LM}, {@value #HASHING} or the path of a folder as {@link
     *     dev.messplus.embedding.onnx.OnnxEmbedder#fromFolder} reads it
     * @throws IllegalArgumentException if the value is none of these, or the folder has not what it
     *     takes; the message says what is missing
     */
    public static Embedder open(String model) {
        return switch (model) {
            case MINI_LM -> onnx(MINI_LM);
            case HASHING -> new HashingEmbedder();
            default -> onnx(folder(model).toString());
        };
    }

    private static Embedder onnx(String model) {
        return new ForeignEmbedder(SharedOnnx.opener().apply(model));
    }

    private static Path folder(String model) {
        try {
            var folder = Path.of(model);
            if (!model.isBlank() && Files.isDirectory(folder)) {
                return folder;
            }
        } catch (InvalidPathException e) {
            // Falls through: no folder either.
        }
        throw new IllegalArgumentException(
                "Unknown embedding model '%s': must be %s, %s or the path of an existing folder with model.onnx and tokenizer.json"
                        .formatted(model, MINI_LM, HASHING));
    }
}
