package dev.messplus.cli.cluster;

import static java.util.stream.Collectors.joining;

import dev.messplus.embed.Embedders;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.Stream;

/**
 * What a distribution of MESS+ has for clusters: the class path of a stock Flink with the reporter
 * of metrics, and the job's jars.
 */
public final class FlinkDistribution {

    private static final String HOME = "mess.home";

    /** File names, or absolute paths, of the jars of a stock Flink. */
    private static final String CLASSPATH = "flink.classpath";

    private final Path home;

    /**
     * The parts of a distribution.
     *
     * @param home its root, with the folders {@code lib} and {@code cluster}
     */
    public FlinkDistribution(Path home) {
        this.home = home.toAbsolutePath().normalize();
    }

    /**
     * The distribution that the command {@code mess} is part of.
     *
     * @throws IllegalStateException if this JVM was not started by the command
     */
    public static FlinkDistribution ofCommand() {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new IllegalStateException(
                    "-D" + HOME + ": must be set; the script mess sets it, so start it with mess");
        }
        return new FlinkDistribution(Path.of(home));
    }

    /** The class path of Flink's processes: of MESS+ only the reporter of metrics. */
    public String flinkClasspath() {
        Path lib = home.resolve("lib");
        try {
            String names = Files.readString(lib.resolve(CLASSPATH)).strip();
            return Stream.concat(
                            Stream.of(names.split(File.pathSeparator)).map(lib::resolve),
                            Stream.of(clusterJar("metrics")))
                    .map(jar -> jar.normalize().toString())
                    .collect(joining(File.pathSeparator));
        } catch (IOException e) {
            throw missing(lib.resolve(CLASSPATH), e);
        }
    }

    /** The job's jar without ONNX Runtime, to be submitted to a cluster. */
    public Path jobJar() {
        return clusterJar("cluster");
    }

    /**
     * The job's jar for a configuration.
     *
     * @param embeddingModel the setting {@code embedding.model}
     */
    public Path jobJarFor(String embeddingModel) {
        return clusterJar(Embedders.isSentenceModel(embeddingModel) ? "cluster-onnx" : "cluster");
    }

    private Path clusterJar(String classifier) {
        Path folder = home.resolve("cluster");
        String pattern = "messplus-job-*-" + classifier + ".jar";
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, pattern)) {
            Iterator<Path> jar = jars.iterator();
            if (jar.hasNext()) {
                return jar.next();
            }
        } catch (IOException e) {
            throw missing(folder.resolve(pattern), e);
        }
        throw missing(folder.resolve(pattern), new IOException("no such file"));
    }

    private static UncheckedIOException missing(Path what, IOException e) {
        return new UncheckedIOException(
                what + ": cannot be read; unpack the distribution again, or build it anew", e);
    }
}
