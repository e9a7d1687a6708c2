package dev.messplus.bench.stream;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The jar of the plain job: that of MESS+ with its libraries, and the classes of the plain job. */
final class JobJar {

    private static final String MANIFEST = "META-INF/MANIFEST.MF";

    private JobJar() {}

    /** Writes the jar, whose main class is {@link PlainJob}, to {@code into}. */
    static Path write(Path clusterJar, Path into) throws IOException {
        Files.copy(clusterJar, into);
        try (FileSystem jar = FileSystems.newFileSystem(into, Map.of())) {
            Files.writeString(
                    jar.getPath(MANIFEST),
                    "Manifest-Version: 1.0\nMain-Class: " + PlainJob.class.getName() + "\n\n");
            String folder = PlainJob.class.getPackageName().replace('.', '/');
            Files.createDirectories(jar.getPath(folder));
            for (String name : classes(folder)) {
                try (var in = PlainJob.class.getResourceAsStream(name)) {
                    Files.copy(in, jar.getPath(folder, name));
                }
            }
        }
        return into;
    }

    /** The names of the class files of the plain job. */
    private static List<String> classes(String folder) throws IOException {
        try {
            URI code = PlainJob.class.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path path = Path.of(code);
            if (Files.isDirectory(path)) {
                return names(path.resolve(folder));
            }
            try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
                return names(jar.getPath(folder));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PlainJob.class.getSimpleName()))
                    .toList();
        }
    }
}
