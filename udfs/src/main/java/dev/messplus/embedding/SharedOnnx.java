package dev.messplus.embedding;

import dev.messplus.embedding.onnx.ModelOpener;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.core.classloading.SubmoduleClassLoader;
import org.apache.flink.util.FileUtils;
import org.apache.flink.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DJL and ONNX Runtime, loaded once for all jobs that come and go in a TaskManager.
 *
 * <p>Each job has a class loader of its own there. But a native library belongs to the class loader
 * that loaded it first, no other can load it from the same file, and ONNX Runtime never lets go of
 * its own. So the cluster jar has them, and the package {@code onnx} which uses them, in a jar of
 * its own inside. The first job unpacks that, for its own jar goes when the job does, and loads it
 * below Flink's class loader. Later jobs find it among the system properties, the one place where
 * all class loaders meet, and theirs can go with them.
 *
 * <p>It is found by the checksum of the inner jar. A release with another one loads it beside the
 * first, which stays until the TaskManager ends.
 *
 * <p>Where there is no inner jar, all is on one class path, as in tests: nothing needs sharing.
 */
final class SharedOnnx {

    private static final Logger LOG = LoggerFactory.getLogger(SharedOnnx.class);

    private static final String JAR = "/messplus-onnx.jar";
    private static final String KEY = "dev.messplus.embedding.onnx.";

    /** By name: the class loader of the job has no such class. */
    private static final String OPENER = "dev.messplus.embedding.onnx.ModelOpener";

    private SharedOnnx() {}

    /** What opens models, as {@link ModelOpener#apply} does. */
    static Function<String, Function<String, float[]>> opener() {
        URL jar = SharedOnnx.class.getResource(JAR);
        if (jar == null) {
            return new ModelOpener();
        }
        try {
            JarURLConnection connection = (JarURLConnection) jar.openConnection();
            // A cached connection would keep the job's jar open.
            connection.setUseCaches(false);
            try (InputStream in = connection.getInputStream()) {
                return shared(KEY + Long.toHexString(connection.getJarEntry().getCrc()), in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + jar, e);
        }
    }

    @SuppressWarnings({"unchecked", "LockOnNonEnclosingClassLiteral"})
    private static Function<String, Function<String, float[]>> shared(String key, InputStream jar)
            throws IOException {
        // A class of Flink's, for the locks of ours are this job's alone.
        synchronized (SubmoduleClassLoader.class) {
            Object opener = System.getProperties().get(key);
            if (opener == null) {
                opener = load(jar);
                System.getProperties().put(key, opener);
                LOG.info("DJL and ONNX Runtime are loaded until this JVM ends, as {}", key);
            }
            return (Function<String, Function<String, float[]>>) opener;
        }
    }

    private static Object load(InputStream jar) throws IOException {
        Path folder = Files.createTempDirectory("messplus-onnx");
        try {
            Path copy = folder.resolve("onnx.jar");
            Files.copy(jar, copy);
            Object opener = load(copy.toUri().toURL(), folder);
            deleteOnExit(folder);
            return opener;
        } catch (IOException | RuntimeException e) {
            FileUtils.deleteDirectoryQuietly(folder.toFile());
            throw e;
        }
    }

    private static Object load(URL jar, Path folder) throws IOException {
        URLClassLoader loader = null;
        try {
            loader =
                    NeutralThread.construct(
                            SubmoduleClassLoader.class.getConstructor(
                                    URL[].class, ClassLoader.class),
                            new URL[] {jar},
                            SubmoduleClassLoader.class.getClassLoader());
            return NeutralThread.construct(
                    loader.loadClass(OPENER).getConstructor(Path.class), folder);
        } catch (ReflectiveOperationException | CompletionException e) {
            IOUtils.closeQuietly(loader);
            throw new IllegalStateException(
                    "embedding.model: ONNX Runtime and the tokenizers run on Linux (glibc; x86-64 and AArch64) and on Macs with Apple silicon, and cannot be loaded here: "
                            + e.getMessage()
                            + "; 'hashing' runs anywhere",
                    e);
        }
    }

    private static void deleteOnExit(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            // Folders come first, and are deleted last.
            files.forEach(file -> file.toFile().deleteOnExit());
        }
    }
}
