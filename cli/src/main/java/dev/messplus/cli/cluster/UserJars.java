package dev.messplus.cli.cluster;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A copy of the job's jar that has jars of the user inside, in the folder {@code lib}, where Flink
 * looks for what a job needs. Closing deletes the copy.
 */
public final class UserJars implements AutoCloseable {

    /** The folder in a job's jar whose jars Flink adds to the class path of the job. */
    private static final String LIB = "/lib";

    /** The folder of the copy; {@code null} if there is none. */
    private final Path folder;

    private final Path jar;

    private UserJars(Path folder, Path jar) {
        this.folder = folder;
        this.jar = jar;
    }

    /**
     * Copies the job's jar.
     *
     * @param jobJar the job's jar, which is not changed
     * @param jars what to put into the copy; without any, the job's jar itself is submitted
     * @throws IllegalArgumentException if one cannot be read, is no jar, or has the name of another
     */
    public static UserJars in(Path jobJar, List<Path> jars) throws IOException {
        if (jars.isEmpty()) {
            return new UserJars(null, jobJar);
        }
        check(jars);
        Path folder = Files.createTempDirectory("mess-submit");
        UserJars copy = new UserJars(folder, folder.resolve(jobJar.getFileName()));
        try {
            Files.copy(jobJar, copy.jar);
            copy.add(jars);
            return copy;
        } catch (IOException | RuntimeException e) {
            copy.close();
            throw e;
        }
    }

    private static void check(List<Path> jars) {
        Set<Path> names = new HashSet<>();
        for (Path jar : jars) {
            boolean readable = Files.isRegularFile(jar) && Files.isReadable(jar);
            if (!readable || !jar.toString().endsWith(".jar")) {
                throw new IllegalArgumentException(
                        "--jar: must be a readable file with the extension .jar, was " + jar);
            }
            if (!names.add(jar.getFileName())) {
                throw new IllegalArgumentException(
                        "--jar: two have the name %s; rename one".formatted(jar.getFileName()));
            }
        }
    }

    private void add(List<Path> jars) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar)) {
            Path lib = Files.createDirectories(zip.getPath(LIB));
            for (Path added : jars) {
                Files.copy(added, lib.resolve(added.getFileName().toString()));
            }
        }
    }

    /** The jar to submit. */
    public Path jar() {
        return jar;
    }

    @Override
    public void close() throws IOException {
        if (folder != null) {
            Files.deleteIfExists(jar);
            Files.delete(folder);
        }
    }
}
