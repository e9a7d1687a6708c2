package dev.messplus.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** What the build makes for clusters: the class path of a stock Flink, and the job's jar. */
public final class Distribution {

    private static final String HOME = "mess.home";

    private final Path home;

    /**
     * What was built in a source tree.
     *
     * @param home the tree's root
     */
    public Distribution(Path home) {
        this.home = home.toAbsolutePath().normalize();
    }

    /**
     * That of the command {@code mess}.
     *
     * @throws IllegalStateException if something else than the command started this JVM
     */
    public static Distribution ofCommand() {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new IllegalStateException(
                    "-D" + HOME + " is missing, which the command mess sets: start it by ./mess");
        }
        return new Distribution(Path.of(home));
    }

    /** Class path of Flink's processes; has nothing of MESS+ on it. */
    public String flinkClasspath() {
        Path file = home.resolve("cli/flink-distribution/target/flink.classpath");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw missing(file.toString(), e);
        }
    }

    /** The jar to submit. */
    public Path jobJar() {
        Path folder = home.resolve("job/target");
        String pattern = "messplus-job-*-cluster.jar";
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
                what + ": cannot be read; build it with mvn -q package -DskipTests", e);
    }
}
