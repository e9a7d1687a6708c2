package dev.messplus.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * The build's artifacts for clusters: the class path of a stock Flink with the reporter of metrics,
 * and the job's jar.
 */
public final class FlinkDistribution {

    private static final String HOME = "mess.home";

    private final Path home;

    /**
     * The artifacts in a source tree.
     *
     * @param home the root of the tree
     */
    public FlinkDistribution(Path home) {
        this.home = home.toAbsolutePath().normalize();
    }

    /**
     * The artifacts of the tree that the command {@code mess} is part of.
     *
     * @throws IllegalStateException if this JVM was not started by the command
     */
    public static FlinkDistribution ofCommand() {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new IllegalStateException(
                    "-D"
                            + HOME
                            + ": must be set; ./mess sets it, so start this command with ./mess");
        }
        return new FlinkDistribution(Path.of(home));
    }

    /** The class path of Flink's processes: of MESS+ only the reporter of metrics. */
    public String flinkClasspath() {
        Path file = home.resolve("cli/flink-distribution/target/flink.classpath");
        try {
            return Files.readString(file).strip()
                    + File.pathSeparator
                    + jar("messplus-job-*-metrics.jar");
        } catch (IOException e) {
            throw missing(file.toString(), e);
        }
    }

    /** The job's jar, to be submitted to a cluster. */
    public Path jobJar() {
        return jar("messplus-job-*-cluster.jar");
    }

    private Path jar(String pattern) {
        Path folder = home.resolve("job/target");
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, pattern)) {
            Iterator<Path> jar = jars.iterator();
            if (jar.hasNext()) {
                return jar.next();
            }
        } catch (IOException e) {
            throw missing(folder.resolve(pattern).toString(), e);
        }
        throw missing(folder.resolve(pattern).toString(), new IOException("no such file"));
    }

    private static UncheckedIOException missing(String what, IOException e) {
        return new UncheckedIOException(
                what + ": cannot be read; build it with mvn package -DskipTests", e);
    }
}
