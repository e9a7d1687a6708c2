package dev.messplus.sentence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.messplus.embed.Embedders;
import dev.messplus.embed.model.Embedder;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.flink.util.ChildFirstClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs with class loaders like those of Flink, over a model that only counts. */
class SharedOnnxTest {

    /** Leaves a thread running, as native libraries do. */
    private static final String COUNTING =
            """
            package dev.messplus.sentence.onnx;
            public final class ModelOpener
                    implements java.util.function.Function<
                            String, java.util.function.Function<String, float[]>> {
                private static int openers;
                private int models;
                public ModelOpener(java.nio.file.Path folder) {
                    openers++;
                    Thread thread = new Thread(java.util.concurrent.locks.LockSupport::park);
                    thread.setDaemon(true);
                    thread.start();
                }
                private record Model(float... vector)
                        implements java.util.function.Function<String, float[]>, AutoCloseable {
                    public float[] apply(String text) { return vector; }
                    public void close() {}
                }
                public java.util.function.Function<String, float[]> apply(String model) {
                    return new Model(openers, ++models);
                }
            }
            """;

    private static final String FAILING =
            """
            package dev.messplus.sentence.onnx;
            public final class ModelOpener {
                public ModelOpener(java.nio.file.Path folder) {
                    throw new UnsatisfiedLinkError("no such platform");
                }
            }
            """;

    @TempDir private Path folder;

    @AfterEach
    void forget() {
        System.getProperties()
                .keySet()
                .removeIf(key -> key.toString().startsWith("dev.messplus.sentence.onnx."));
    }

    @Test
    void jobsShareTheLibrariesAndCanBeUnloaded() throws Exception {
        Path jar = jar("job.jar", COUNTING);

        WeakReference<ClassLoader> first = new WeakReference<>(runJob(jar, 1, 1));
        WeakReference<ClassLoader> second = new WeakReference<>(runJob(jar, 1, 2));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            System.gc();
                            assertThat(first.get()).isNull();
                            assertThat(second.get()).isNull();
                        });
        assertThat(runJob(jar, 1, 3)).isNotNull();
    }

    @Test
    void anotherReleaseLoadsItsOwnLibraries() throws Exception {
        runJob(jar("one.jar", COUNTING), 1, 1);
        runJob(jar("other.jar", COUNTING.replace("int models", "int models = 10")), 1, 11);
        runJob(jar("again.jar", COUNTING), 1, 2);
    }

    @Test
    void librariesThatCannotBeLoadedLeaveNoFiles() throws Exception {
        Set<Path> before = unpacked();

        assertThatThrownBy(() -> runJob(jar("job.jar", FAILING), 0, 0))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll("embedding.model", "no such platform", "hashing");

        assertThat(unpacked()).isEqualTo(before);
    }

    /** Runs a job that embeds a prompt, and returns its class loader. */
    private static ClassLoader runJob(Path jar, float... expected) throws Exception {
        try (URLClassLoader job =
                new ChildFirstClassLoader(
                        new URL[] {
                            jar.toUri().toURL(), origin(Embedders.class), origin(SharedOnnx.class)
                        },
                        SharedOnnxTest.class.getClassLoader(),
                        new String[] {"java.", "org.apache.flink.", "org.slf4j."},
                        failure -> {})) {
            Object embedder =
                    job.loadClass(Embedders.class.getName())
                            .getMethod("open", String.class)
                            .invoke(null, Embedders.MINI_LM);
            // By reflection, because AssertJ keeps the classes of the objects that it inspects.
            Object vector =
                    job.loadClass(Embedder.class.getName())
                            .getMethod("embed", String.class)
                            .invoke(embedder, "Who was it?");
            assertThat(vector).isEqualTo(expected);
            return job;
        }
    }

    private static URL origin(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }

    /** A job's jar with an inner jar that contains only this class. */
    private Path jar(String name, String source) throws IOException {
        Path classes = Files.createTempDirectory(folder, "classes");
        boolean compiled =
                ToolProvider.getSystemJavaCompiler()
                        .getTask(
                                null,
                                null,
                                null,
                                List.of("-d", classes.toString()),
                                null,
                                List.of(new Source(source)))
                        .call();
        assertThat(compiled).isTrue();
        Path jar = folder.resolve(name);
        try (JarOutputStream outer = new JarOutputStream(Files.newOutputStream(jar))) {
            outer.putNextEntry(new JarEntry("messplus-onnx.jar"));
            write(classes, outer);
        }
        return jar;
    }

    private static void write(Path classes, OutputStream out) throws IOException {
        JarOutputStream inner = new JarOutputStream(out);
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                JarEntry entry = new JarEntry(classes.relativize(file).toString());
                entry.setTime(0);
                inner.putNextEntry(entry);
                Files.copy(file, inner);
            }
        }
        inner.finish();
    }

    private static Set<Path> unpacked() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(
                            file ->
                                    file.getFileName()
                                            .toString()
                                            .startsWith(SharedOnnx.FOLDER_PREFIX))
                    .collect(Collectors.toSet());
        }
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(String text) {
            super(URI.create("string:///ModelOpener.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
