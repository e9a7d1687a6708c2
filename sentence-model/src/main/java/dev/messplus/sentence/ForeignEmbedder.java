package dev.messplus.sentence;

import dev.messplus.embed.model.Embedder;
import java.util.function.Function;

/** A sentence model that another class loader loaded: only types of the JDK are shared. */
final class ForeignEmbedder implements Embedder {

    private final Function<String, float[]> model;

    /**
     * An embedder over a model.
     *
     * @param model does what {@link Embedder#embed} promises, and is also {@link AutoCloseable}
     */
    ForeignEmbedder(Function<String, float[]> model) {
        this.model = model;
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
            throw new IllegalStateException("Cannot close the embedding model", e);
        }
    }
}
