package dev.messplus.embed;

import dev.messplus.embed.model.Embedder;
import dev.messplus.embed.model.UnitVectors;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/**
 * Computes the features of prompts that the accuracy predictors learn from. They are few and dense,
 * because predictors and pending requests keep them in keyed state.
 *
 * <ol>
 *   <li>Kind: for each typical prompt in {@code prompt-kinds.txt}, one coordinate of the prompt's
 *       embedding in an orthonormal basis of the embeddings of all typical prompts. If a typical
 *       prompt adds no direction with some embedder, its coordinate is 0, so that the number of
 *       features is the same with every embedder. The embedding of a conversation is the mean of
 *       that of its last message and that of all before: the last is what a model is to answer, and
 *       an embedder that reads 254 tokens would not reach it behind a long system prompt.
 *   <li>Surface: length, digits, code and so on, without a model.
 * </ol>
 *
 * <p>The basis depends on the embedder and the file alone, not on traffic. Features therefore mean
 * the same in every subtask, and state stays valid across restarts and rescaling. Predictors reset
 * their weights when the name of the embedder or {@link #VERSION} changes. If the model in a folder
 * is replaced by another one, nobody notices, and the predictors are wrong until they have
 * relearned.
 *
 * <p>Belongs to one thread, like its embedder.
 */
public final class PromptFeatures implements AutoCloseable {

    /**
     * Version of the features. Increment it with every change to {@code prompt-kinds.txt}, to the
     * surface features, or to the table of the static embedding beyond rounding.
     */
    public static final int VERSION = 2;

    /** Typical prompts, one of each kind that a language model may answer well or badly. */
    private static final List<String> KINDS = read("prompt-kinds.txt");

    private final Embedder embedder;
    private final OrthonormalBasis kinds;
    private final SurfaceFeatures surface = new SurfaceFeatures(KINDS);

    /**
     * Features over an embedder. Embeds the typical prompts.
     *
     * @param embedder closed by {@link #close}, and if this constructor throws
     * @throws RuntimeException if the embedder fails
     * @throws IllegalStateException if the embedder returns NaN or an infinite element
     */
    public PromptFeatures(Embedder embedder) {
        this.embedder = embedder;
        try {
            kinds = new OrthonormalBasis(KINDS.stream().map(this::embed).toList());
        } catch (RuntimeException e) {
            embedder.close();
            throw e;
        }
    }

    /** The typical prompts, in the order of their coordinates. */
    public static List<String> kinds() {
        return KINDS;
    }

    /**
     * The name of the features over an embedder: what was learned of features of one name is worth
     * nothing for those of another.
     *
     * @param model the embedder, as {@link Embedders#open} takes it
     */
    public static String name(String model) {
        return model + "/" + VERSION;
    }

    /** Length of every vector, the same with every embedder. */
    public static int dimensions() {
        return KINDS.size() + SurfaceFeatures.COUNT;
    }

    /**
     * The features of one prompt.
     *
     * @param text the prompt, of any length; the part beyond the embedder's context counts for the
     *     surface features only
     * @return a new vector of {@link #dimensions()} elements, all finite and in [-2, 2]; the
     *     coordinates of an empty text are 0
     * @throws RuntimeException if the embedder fails
     * @throws IllegalStateException if the embedder returns NaN or an infinite element
     */
    public float[] of(String text) {
        return of(text, 0);
    }

    /**
     * The features of a conversation, as {@link #of(String)} describes them.
     *
     * @param lastMessageStart index in {@code text} where the last message begins
     */
    public float[] of(String text, int lastMessageStart) {
        float[] features = withoutEmbedding(text);
        kinds.coordinates(embedding(text, lastMessageStart), features);
        // A NaN or infinite element makes all coordinates NaN or infinite.
        requireFinite(features, kinds.size());
        return features;
    }

    /**
     * The features of a conversation; if it cannot be embedded, its surface features alone.
     *
     * @param lastMessageStart index in {@code text} where the last message begins
     * @param failed accepts the failure of the embedder
     */
    public float[] orSurface(String text, int lastMessageStart, Consumer<RuntimeException> failed) {
        try {
            return of(text, lastMessageStart);
        } catch (RuntimeException e) {
            failed.accept(e);
            return withoutEmbedding(text);
        }
    }

    /** The surface features alone: all coordinates are 0. Never throws. */
    public float[] withoutEmbedding(String text) {
        var features = new float[dimensions()];
        surface.write(text, features, kinds.size());
        return features;
    }

    private float[] embedding(String text, int lastMessageStart) {
        if (lastMessageStart == 0) {
            return embedder.embed(text);
        }
        float[] last = embedder.embed(text.substring(lastMessageStart));
        float[] before = embedder.embed(text.substring(0, lastMessageStart));
        for (int i = 0; i < last.length; i++) {
            last[i] += before[i];
        }
        return UnitVectors.normalise(last);
    }

    private static List<String> read(String resource) {
        try (InputStream stream = PromptFeatures.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + resource, e);
        }
    }

    private float[] embed(String text) {
        float[] embedding = embedder.embed(text);
        requireFinite(embedding, embedding.length);
        return embedding;
    }

    /** A single NaN would make all predictions NaN, forever. */
    private static void requireFinite(float[] vector, int length) {
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalStateException(
                        "The embedding model returned a vector with NaN or infinity for a prompt");
            }
        }
    }

    /** Closes the embedder. Idempotent. */
    @Override
    public void close() {
        embedder.close();
    }
}
