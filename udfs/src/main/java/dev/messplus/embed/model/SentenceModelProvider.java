package dev.messplus.embed.model;

/**
 * Opens sentence models. They need native libraries, so the classes that run them are no part of
 * every jar: {@link java.util.ServiceLoader} finds a provider if there is one.
 */
public interface SentenceModelProvider {

    /**
     * Opens a model for the calling thread.
     *
     * @param model name of a built-in model, or the path of a folder
     * @throws IllegalArgumentException if the folder lacks a file; the message names the file
     * @throws IllegalStateException if the native libraries cannot be loaded on this platform
     */
    Embedder open(String model);
}
