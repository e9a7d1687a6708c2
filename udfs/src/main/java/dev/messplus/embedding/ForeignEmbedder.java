package dev.messplus.embedding;

import dev.messplus.embedding.model.Embedder;
import java.util.function.Function;

/** A sentence model whose own types are not known here, for another class loader has them. */
final class ForeignEmbedder implements Embedder {

    private final Function<String, float[]> model;
    private final int dimensions;

    /**
     * An embedder over a model.
     *
     * @param model {@link Embedder#embed}; also an {@link AutoCloseable}
     */
    ForeignEmbedder(Function<String, float[]> model) {
        this.model = model;
        this.dimensions = model.apply("").length;
    }

    @Override
    public int dimensions() {
        return dimensions;
    }

    @Override
    public float[] embed(String text) {
        return model.apply(text);
    }

    @Override
    public void close() {
        try {
            ((AutoCloseable) model).close();
        } catch (Exception e) {
            throw new IllegalStateException("The embedding model could not be closed", e);
        }
    }
}
