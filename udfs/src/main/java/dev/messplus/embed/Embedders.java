package dev.messplus.embed;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.HashingEmbedder;
import dev.messplus.embed.onnx.ModelOpener;
import dev.messplus.embed.tokens.StaticEmbedder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Opens the embedder that the configuration names ({@code embedding.model}). */
public final class Embedders {

    /**
     * A static embedding distilled from MiniLM, 128 dimensions: some microseconds per prompt,
     * without native code; compares the meaning of words, whatever their order.
     */
    public static final String STATIC = "static";

    /**
     * MiniLM in int8, 384 dimensions, from its Maven artifact: 5 to 10 ms per prompt on one core.
     */
    public static final String MINI_LM = ModelOpener.MINI_LM;

    /**
     * Feature hashing, 512 dimensions: tens of microseconds per prompt; compares words, not
     * meaning.
     */
    public static final String HASHING = "hashing";

    private Embedders() {}

    /**
     * Opens an embedder for the calling thread. Models run on that thread alone: parallelism is
     * left to Flink.
     *
     * @param model {@value #STATIC}, {@value #MINI_LM}, {@value #HASHING} or the path of a folder
     *     as {@link dev.messplus.embed.onnx.OnnxEmbedder#fromFolder} reads it
     * @throws IllegalArgumentException if the value is none of these, or the folder lacks a file;
     *     the message names the file
     */
    public static Embedder open(String model) {
        return switch (model) {
            case STATIC -> new StaticEmbedder();
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
            // Not a folder either.
        }
        throw new IllegalArgumentException(
                "Unknown embedding model '%s': must be %s, %s, %s or the path of an existing folder with model.onnx and tokenizer.json"
                        .formatted(model, STATIC, MINI_LM, HASHING));
    }
}
