package dev.messplus.sentence;

import dev.messplus.sentence.onnx.ModelOpener;
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
 * Loads DJL and ONNX Runtime once for all jobs that run in a TaskManager, one after the other.
 *
 * <p>Each job has its own class loader. A native library belongs to the class loader that loaded it
 * first: no other class loader can load it from the same file, and ONNX Runtime never unloads its
 * library. The cluster jar with ONNX therefore contains both, and the package {@code onnx} that
 * uses them, in an inner jar. The first job unpacks the inner jar, because its own jar is deleted
 * with the job, and loads it as a child of Flink's class loader. Later jobs find it in the system
 * properties, the one map that all class loaders share, and their own class loaders can be
 * unloaded.
 *
 * <p>The key is the checksum of the inner jar. A release with another inner jar loads its own; the
 * first one stays until the TaskManager ends.
 *
 * <p>Without an inner jar, as in tests, everything is on one class path and nothing is shared.
 */
final class SharedOnnx {

    private static final Logger LOG = LoggerFactory.getLogger(SharedOnnx.class);

    private static final String JAR = "/messplus-onnx.jar";

    /** Of the temporary folder of this process; it is left if the process is killed. */
    static final String FOLDER_PREFIX = "messplus-onnx-" + ProcessHandle.current().pid() + "-";

    private static final String KEY = "dev.messplus.sentence.onnx.";

    /** Loaded by name, because the class loader of the job has no such class. */
    private static final String OPENER = "dev.messplus.sentence.onnx.ModelOpener";

    private SharedOnnx() {}

    /** A function that opens models, as {@link ModelOpener#apply} does. */
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
        // A class of Flink: all jobs share it, while this class exists once per job.
        synchronized (SubmoduleClassLoader.class) {
            Object opener = System.getProperties().get(key);
            if (opener == null) {
                opener = load(jar);
                System.getProperties().put(key, opener);
                LOG.info("Loaded DJL and ONNX Runtime until this JVM ends, as {}", key);
            }
            return (Function<String, Function<String, float[]>>) opener;
        }
    }

    private static Object load(InputStream jar) throws IOException {
        Path folder = Files.createTempDirectory(FOLDER_PREFIX);
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
                    "embedding.model: ONNX Runtime and the tokenizers cannot be loaded here; they run on Linux (glibc; x86-64 and AArch64) and on Macs with Apple silicon: "
                            + e.getMessage()
                            + "; set 'static' or 'hashing', which run anywhere",
                    e);
        }
    }

    private static void deleteOnExit(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            // A walk lists folders before their files, and deletion runs in reverse order.
            files.forEach(file -> file.toFile().deleteOnExit());
        }
    }
}
