package dev.messplus.embedding.onnx;

import dev.messplus.embedding.Embedders;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens sentence models for callers in any class loader: all that goes to and fro is of types of
 * the JDK, which mean the same in all of them.
 */
public final class ModelOpener implements Function<String, Function<String, float[]>> {

    /** Where DJL unpacks native libraries. */
    private static final String CACHE = "ENGINE_CACHE_DIR";

    /** An opener that loads the native libraries with its first model, from the user's home. */
    public ModelOpener() {}

    /**
     * An opener that loads the native libraries now, and starts what stays with them.
     *
     * @param folder gets the libraries. Of its own, for no JVM loads a file for two class loaders
     */
    public ModelOpener(Path folder) {
        String before = System.getProperty(CACHE);
        System.setProperty(CACHE, folder.toString());
        try {
            Object unused = here(OnnxEmbedder::loadLibraries);
        } finally {
            if (before == null) {
                System.clearProperty(CACHE);
            } else {
                System.setProperty(CACHE, before);
            }
        }
    }

    /**
     * Opens a model for the calling thread.
     *
     * @param model {@value Embedders#MINI_LM}, or the path of a folder as {@link
     *     OnnxEmbedder#fromFolder} reads it
     * @return its {@link OnnxEmbedder#embed}, which is also {@link AutoCloseable}
     * @throws IllegalArgumentException as {@link OnnxEmbedder#fromFolder} says
     */
    @Override
    public Function<String, float[]> apply(String model) {
        return here(
                () ->
                        model.equals(Embedders.MINI_LM)
                                ? OnnxEmbedder.miniLm(1)
                                : OnnxEmbedder.fromFolder(Path.of(model), 1));
    }

    /** DJL finds its engines and libraries through the class loader of the thread. */
    private static <T> T here(Supplier<T> action) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ModelOpener.class.getClassLoader());
        try {
            return action.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
