package dev.messplus.embedding;

import dev.messplus.embedding.model.Embedder;
import java.util.List;
import java.util.function.Consumer;

/**
 * Turns a prompt into the features that the accuracy predictors learn on: few and dense, so that
 * predictors and the requests that wait for their labels take little room in keyed state.
 *
 * <ol>
 *   <li>For each of the typical prompts in {@code prompt-kinds.txt}, a coordinate of the prompt's
 *       embedding in an orthonormal basis of the span of theirs: what kind of prompt it is, of the
 *       kinds that a language model may be good or bad at. A kind that adds no direction of its own
 *       with some embedder has the coordinate 0, so that their number is the same with all.
 *   <li>What the prompt looks like, which takes no model: length, digits, code and so on.
 * </ol>
 *
 * <p>The basis comes from the embedder and the file alone, and not from traffic, so that features
 * mean the same in every subtask, and state stays valid over restarts and rescaling. Predictors
 * start their weights anew with an embedder of another name and with another {@link #VERSION}:
 * whoever changes {@code prompt-kinds.txt} or the surface features should raise it. Another model
 * in the folder of the one before goes unnoticed, and what was learned is wrong until it is learned
 * over.
 *
 * <p>Belongs to one thread, as its embedder does.
 */
public final class PromptFeatures implements AutoCloseable {

    /** To be raised whenever the same embedder begins to give something else. */
    public static final int VERSION = 1;

    private final Embedder embedder;
    private final OrthonormalBasis kinds;
    private final SurfaceFeatures surface = new SurfaceFeatures();

    /**
     * Features over an embedder, which embeds the typical prompts now.
     *
     * @param embedder closed with this, and also if this throws
     * @throws RuntimeException what the embedder throws
     * @throws IllegalStateException if it returns what is no number
     */
    public PromptFeatures(Embedder embedder) {
        this.embedder = embedder;
        try {
            kinds = new OrthonormalBasis(PromptKinds.ALL.stream().map(this::embed).toList());
        } catch (RuntimeException e) {
            embedder.close();
            throw e;
        }
    }

    /** The typical prompts, in the order of their coordinates. */
    public static List<String> kinds() {
        return PromptKinds.ALL;
    }

    /** Length of every vector: the same with every embedder. */
    public static int dimensions() {
        return PromptKinds.ALL.size() + SurfaceFeatures.COUNT;
    }

    /**
     * The features of one prompt.
     *
     * @param text the prompt, of any length; what is beyond the embedder's context still counts for
     *     what it looks like
     * @return a fresh vector of {@link #dimensions()} elements, all finite and in [-2, 2]; for an
     *     empty text, the coordinates are 0
     * @throws RuntimeException what the embedder throws
     * @throws IllegalStateException if it returns what is no number
     */
    public float[] of(String text) {
        float[] features = withoutEmbedding(text);
        kinds.coordinates(embed(text), features);
        return features;
    }

    /**
     * The same, or what the prompt looks like if it cannot be embedded.
     *
     * @param failed told of the failure
     */
    public float[] orSurface(String text, Consumer<RuntimeException> failed) {
        try {
            return of(text);
        } catch (RuntimeException e) {
            failed.accept(e);
            return withoutEmbedding(text);
        }
    }

    /** The same without asking the embedder: all coordinates are 0. Never throws. */
    public float[] withoutEmbedding(String text) {
        var features = new float[dimensions()];
        surface.write(text, features, kinds.size());
        return features;
    }

    /** One NaN in what a predictor learns on would make all it says NaN, for good. */
    private float[] embed(String text) {
        float[] embedding = embedder.embed(text);
        for (float element : embedding) {
            if (!Float.isFinite(element)) {
                throw new IllegalStateException(
                        "The embedding model returned " + element + " for a prompt");
            }
        }
        return embedding;
    }

    /** Closes the embedder. Idempotent. */
    @Override
    public void close() {
        embedder.close();
    }
}
