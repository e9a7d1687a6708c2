package dev.messplus.embed;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.HashingEmbedder;
import dev.messplus.embed.model.SentenceModelProvider;
import dev.messplus.embed.tokens.StaticEmbedder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ServiceLoader;

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
    public static final String MINI_LM = "all-MiniLM-L6-v2";

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
     *     with an ONNX model in the layout of sentence-transformers
     * @throws IllegalArgumentException if the value is none of these, or the folder lacks a file;
     *     the message names the file
     * @throws IllegalStateException as {@link #requireProvided} does
     */
    public static Embedder open(String model) {
        return switch (model) {
            case STATIC -> new StaticEmbedder();
            case HASHING -> new HashingEmbedder();
            case MINI_LM -> provider(model).open(model);
            default -> {
                String folder = folder(model).toString();
                yield provider(model).open(folder);
            }
        };
    }

    /** Whether a model is a sentence model, which needs a {@link SentenceModelProvider}. */
    public static boolean isSentenceModel(String model) {
        return !model.equals(STATIC) && !model.equals(HASHING);
    }

    /**
     * Requires that the class path has what a model needs, without opening it.
     *
     * @throws IllegalStateException if the model is a sentence model and the class path lacks ONNX
     *     Runtime; the message names the jar that has it
     */
    public static void requireProvided(String model) {
        if (isSentenceModel(model)) {
            provider(model);
        }
    }

    private static SentenceModelProvider provider(String model) {
        return ServiceLoader.load(SentenceModelProvider.class, Embedders.class.getClassLoader())
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "embedding.model: must be %s or %s with this jar, was %s, which needs ONNX Runtime; take the jar messplus-job-*-cluster-onnx.jar"
                                                .formatted(STATIC, HASHING, model)));
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
