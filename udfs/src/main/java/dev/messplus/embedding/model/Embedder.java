package dev.messplus.embedding.model;

/**
 * Turns a prompt into a vector that tells what it is about; {@link PromptFeatures} makes of it what
 * the accuracy predictors learn on.
 *
 * <p>An embedder belongs to one thread, the operator subtask that opened it; it is created there,
 * never serialised, and closed with the subtask.
 */
public interface Embedder extends AutoCloseable {

    /** Length of every vector this embedder returns; at least 1. */
    int dimensions();

    /**
     * Embeds one prompt.
     *
     * @param text the prompt, of any length; what exceeds the model's context is cut off
     * @return a fresh vector of {@link #dimensions()} elements with Euclidean length 1, or all
     *     zeros when the text has nothing in it to embed
     */
    float[] embed(String text);

    /** Frees native memory; further calls are undefined. Idempotent. */
    @Override
    void close();
}
