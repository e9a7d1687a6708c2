package dev.messplus.sentence.onnx;

import dev.messplus.embed.Embedders;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens sentence models for callers in any class loader: all arguments and results have types of
 * the JDK, which are the same in all class loaders.
 */
public final class ModelOpener implements Function<String, Function<String, float[]>> {

    /** Where DJL unpacks native libraries. */
    private static final String CACHE = "ENGINE_CACHE_DIR";

    /** An opener that loads the native libraries with its first model, from the user's home. */
    public ModelOpener() {}

    /**
     * An opener that loads the native libraries now.
     *
     * @param folder DJL unpacks the libraries to it. It must not be shared, because a JVM does not
     *     load the same file in two class loaders
     */
    public ModelOpener(Path folder) {
        String before = System.getProperty(CACHE);
        System.setProperty(CACHE, folder.toString());
        try {
            Object unused = withOwnClassLoader(OnnxEmbedder::loadLibraries);
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
     * @throws IllegalArgumentException as {@link OnnxEmbedder#fromFolder} does
     */
    @Override
    public Function<String, float[]> apply(String model) {
        return withOwnClassLoader(
                () ->
                        model.equals(Embedders.MINI_LM)
                                ? OnnxEmbedder.miniLm(1)
                                : OnnxEmbedder.fromFolder(Path.of(model), 1));
    }

    /** DJL finds its engines and libraries by the context class loader of the thread. */
    private static <T> T withOwnClassLoader(Supplier<T> action) {
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
