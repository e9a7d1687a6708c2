package dev.messplus.embed.model;

/**
 * Embeds prompts: vectors of prompts with similar meaning are close to each other.
 *
 * <p>An embedder belongs to one thread, that of the operator subtask which opens and closes it. It
 * is never serialized.
 */
public interface Embedder extends AutoCloseable {

    /**
     * Embeds one prompt.
     *
     * @param text the prompt, of any length; the part beyond the model's context is ignored
     * @return a new vector, always with the same number of elements, with Euclidean length 1, or
     *     all zeros if the text is empty or blank
     */
    float[] embed(String text);

    /**
     * Frees native memory, if there is any. Idempotent; the embedder must not be used afterwards.
     */
    @Override
    default void close() {}
}
